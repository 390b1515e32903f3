"""What is true: the law, local policy, records, and how extracts become records."""
