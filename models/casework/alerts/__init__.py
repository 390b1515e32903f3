"""Claim the rungs of ladders that clocks reach, and keep what people answer to them."""
