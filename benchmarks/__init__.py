"""Workloads with a goal for each: package `himmel_benchmarks`, called by `himmel bench`."""

from himmel_benchmarks.workloads import WORKLOADS, run

__all__ = ["WORKLOADS", "run"]
