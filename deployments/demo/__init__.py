"""A wholly invented council, Exampleshire: realistic extracts for the demo, the tests and the benchmarks."""
