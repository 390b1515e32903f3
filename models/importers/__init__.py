"""Extracts in: what a source must say, one reader for every source, and the rows that were left out."""
