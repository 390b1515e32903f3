"""A process that bears deliveries which die: everything is imported once, and each child is a fork of it.

Each line of its input is the database, the mail server's address, the step to die at and after how many messages; for
each it prints how the child ended: 9 is kill -9, 0 that it came to its end.
"""

import json
import os
import sys

from tests.notifications.build import Clock, kill_now, run, usual_practices


def bear(address: str, url: str, step: str, spared: int) -> None:
    """Deliver, and die at the step of the message after those that are spared."""
    seen = 0

    def progress(reached: str) -> None:
        nonlocal seen
        seen += reached == step
        if reached == step and seen > spared:
            kill_now()

    run(address, {"EHC_SMTP_URL": url}, Clock(), progress=progress)
    os._exit(0)


def main() -> None:
    """Bear a child for each line."""
    from apprise import Apprise  # noqa: F401

    usual_practices()
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            try:
                bear(*json.loads(line))
            finally:
                os._exit(1)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)


if __name__ == "__main__":
    main()
