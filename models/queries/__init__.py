"""Reads: columns for the engine, and small frozen answers for people. Nothing here writes."""
