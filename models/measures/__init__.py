"""What is measured: KPI definitions as data, one evaluator, benchmarks, and what may be published."""
