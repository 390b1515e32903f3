"""What the gate does not look into: it imports what only the group `bench` brings."""

collect_ignore = ["workflow_engine.py"]
