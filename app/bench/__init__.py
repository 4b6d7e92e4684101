"""Benchmarks: `flask bench …`, JSON on stdout. Ratios within one run, since machines differ."""
