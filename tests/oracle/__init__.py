"""The slow, obvious oracle of the twenty weeks, written from the design alone, and what holds the product to it."""
