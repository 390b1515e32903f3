# List the commands.
default:
    @just --list

# The one gate, the same by hand, in a hook and in CI.
check: format-check lint types contracts test

# Put the code into shape.
format:
    ruff format
    ruff check --fix

format-check:
    ruff format --check

lint:
    ruff check

types:
    mypy

contracts:
    lint-imports

# Run the tests; `just test tests/spec` runs the law alone.
test *args:
    pytest {{args}}

# Print how long the main jobs take beside their floors.
bench *args:
    python -m tests.benchmarks {{args}}

# Make the generated pages of docs/reference again.
docs:
    python -m tools.reference

# Make the vendored bank holidays again.
bank-holidays:
    python tools/bank_holidays.py
