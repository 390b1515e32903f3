"""Record a fact by hand: what can be, what is wrong with it, how it stands against later extracts."""
