"""How the product is started: the command line, the demo council."""
