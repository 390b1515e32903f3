"""The tables, one file per aggregate. Importing `models.tables.all` fills the metadata with every one of them.

Columns are named as in the extract contract: `_on` is a date in England, `_at` an instant in UTC. Unknown is
NULL. Primary keys are given out by the writer, which holds the only write lock (decision 0006).
"""
