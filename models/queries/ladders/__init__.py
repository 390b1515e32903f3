"""What a ladder asks of the records: open clocks, who holds a role, what is foreseen, how it would have gone."""
