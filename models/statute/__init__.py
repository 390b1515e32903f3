"""The law as data and the one engine that computes it: standard library and numpy only."""
