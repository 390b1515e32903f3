"""Local practice as data: what an authority has settled for itself, none of it law and no number of the law."""
