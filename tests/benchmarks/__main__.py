"""`just bench`: every benchmark at the usual sizes; `just bench engine 1000000` one of them at one size."""

import sys

from tests.benchmarks import delivery, engine, imports, measures, night, peers, region, sweep

USUAL = {
    "engine": (engine.run, (1_000, 10_000, 100_000, 1_000_000)),
    "measures": (measures.run, (1_000, 10_000, 100_000)),
    "night": (night.run, (1_000, 10_000, 100_000)),
    "imports": (imports.run, (1_630, 16_300, 163_000)),
    "sweep": (sweep.run, (1_000, 10_000, 100_000)),
    "delivery": (delivery.run, (1_000, 10_000, 100_000)),
}
APART = {
    # Wants `uv run --group bench`.
    "peers": (peers.run, (1_000, 10_000, 100_000)),
    # Takes from an hour up.
    "region": (region.run, (100_000,)),
}
"""Only run where they are named."""


def main(chosen: list[str]) -> None:
    """Run the benchmarks named, at the sizes named."""
    names = [word for word in chosen if not word.isdigit()] or list(USUAL)
    sizes = tuple(int(word) for word in chosen if word.isdigit())
    for name in names:
        run, usual = {**USUAL, **APART}[name]
        run(sizes or usual)


if __name__ == "__main__":
    main(sys.argv[1:])
