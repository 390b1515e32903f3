"""Prefect's server alone, behind the same door as under `ehc up`: `python -m deployments.server.region HOST PORT`.

For many authorities, whose workers are elsewhere (docs/how-to/scale-out.md). It starts no run and deploys nothing.
"""

import sys

from rich.console import Console

from deployments.server import server_here
from models.errors import EhcError


def main(host: str, port: int) -> None:
    """Serve until told to stop; what is set in the environment stays, the database of Prefect's own among it.

    Raises:
        SettingsError: others could reach it, and it would ask nobody who they are.
    """
    server_here.prepare(host, port)
    from deployments.server.door import serve  # noqa: PLC0415 - Prefect reads the environment when it is imported

    serve(host, port)


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except EhcError as error:
        Console(stderr=True, highlight=False, markup=False, emoji=False).print(str(error))
        sys.exit(error.exit_code)
