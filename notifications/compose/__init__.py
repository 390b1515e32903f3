"""What each message says: lines made of alerts, put into words by the templates."""
