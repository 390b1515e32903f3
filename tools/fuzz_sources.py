"""The readers under atheris, which looks for inputs that take ways through the program not taken before.

`python -m tools.fuzz_sources "SEN2 XML" -runs=20000`; any error that is not one of ours ends it with the input.
Atheris is no dependency of the project, since it has wheels for few versions of Python.
"""

import sys

import atheris

with atheris.instrument_imports(include=["models.importers"]):
    from tests.fuzz.sources import SOURCES, read


def main() -> None:
    """Try what the first argument names; the others are libFuzzer's."""
    kind = sys.argv.pop(1)
    valid = SOURCES[kind][0]()

    def one(data: bytes) -> None:
        given = atheris.FuzzedDataProvider(data)
        start = given.ConsumeIntInRange(0, len(valid))
        end = given.ConsumeIntInRange(start, len(valid))
        read(kind, valid[:start] + given.ConsumeBytes(given.remaining_bytes()) + valid[end:])

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
