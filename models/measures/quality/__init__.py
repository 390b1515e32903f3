"""Data quality: rules as data, each with the role that can mend what it finds."""
