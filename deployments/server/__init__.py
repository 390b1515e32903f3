"""Prefect's server: started, kept to ourselves, and ended with whoever started it."""
