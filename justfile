# Otherwise every process that the tests start would compile its packages again.
export PYTHONDONTWRITEBYTECODE := ""

# List the commands.
default:
    @just --list

# The one gate, the same by hand, in a hook and in CI: what says at once that something is wrong comes first.
check: format-check lint contracts longer-checks

# What takes minutes, side by side.
[parallel]
longer-checks: types audit test

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

# Run all tests in several processes; `just test tests/spec` runs the law alone.
test *args:
    pytest {{ if args == "" { "--numprocesses=auto --maxprocesses=4 --dist=loadscope --no-loadscope-reorder" } else { args } }}

# Print how long the main jobs take beside their floors.
bench *args:
    python -m tests.benchmarks {{args}}

# Try at length what the gate tries a little of: faults, and sources spoilt in many ways.
soak *args:
    pytest -m soak --numprocesses=logical --maxprocesses=4 {{args}}

# Look for inputs that break a reader: just fuzz "SEN2 XML" -runs=20000
fuzz kind *args:
    uv run --with atheris python -m tools.fuzz_sources "{{kind}}" {{args}}

# Make the generated pages of docs/reference again.
docs:
    python -m tools.reference

# Make the vendored bank holidays again.
bank-holidays:
    python tools/bank_holidays.py

# Look up what is installed among known vulnerabilities.
audit:
    python -m tools.audit
