"""Take in an extract: what differs from the records, what is kept of it, what is refused."""
