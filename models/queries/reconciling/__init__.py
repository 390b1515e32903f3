"""Two sources beside each other, and what their differences do to the clocks."""
