"""Writes: take in an extract, keep the chronology, refresh the clocks. Callers open the unit of work."""
