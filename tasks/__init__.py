"""Prefect tasks: open a unit of work, call one function, return counts. Nothing personal passes through."""
