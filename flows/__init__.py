"""The orchestration: one file per statutory stage, and the rhythms that run them. Steps only, no law."""
