"""What each command of `ehc` does, and what it prints."""
