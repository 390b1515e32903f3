"""Time a piece of work, and print it as a ratio to the least it could cost."""

import resource
import sys
import time
from collections.abc import Callable


def best_of(runs: int, work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """The shortest of several runs, in seconds: the one the rest of the machine disturbed least.

    With `time.process_time` it is what the processor gave to this process, which other work hardly changes.
    """
    found = []
    for _ in range(runs):
        started = clock()
        work()
        found.append(clock() - started)
    return min(found)


def line(what: str, rows: int, seconds: float, *ratios: tuple[str, float]) -> None:
    """Print one line of a table: the work, its rows, its seconds, and its ratio to each of the others."""
    others = "  ".join(f"{seconds / other:>8.2f} x {name} ({other:.3f} s)" for name, other in ratios)
    print(f"{what:<26} {rows:>12,} rows {seconds:>9.3f} s {seconds / rows * 1e6:>8.2f} us/row  {others}")
    sys.stdout.flush()


def peak_mib() -> float:
    """The most memory this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def beat() -> float:
    """Seconds of the processor that a fixed loop takes now; what neighbours on the machine cost shows in it as well."""
    began = time.process_time()
    sum(x * x for x in range(1_000_000))
    return time.process_time() - began
