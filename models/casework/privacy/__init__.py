"""What data protection asks for: purges, and that somebody's data were shown to them."""
