"""The append-only journal of every fact: written, read back as known then, and shown as evidence."""
