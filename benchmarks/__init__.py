"""Workloads with a goal for each: package `himmel_benchmarks`, called by `himmel bench`."""
