"""What is coming, and how far to believe it (decision 0026)."""
