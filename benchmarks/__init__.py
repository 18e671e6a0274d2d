"""Workloads with a goal for each: package `himmel_benchmarks`, called by `himmel bench`.

`python -m himmel_benchmarks --help` runs those that a GPU can run, on a machine that has no more than
PyTorch.
"""

from typing import Any


def run(name: str, model: str = "default", seed: int = 0) -> dict[str, Any]:
    """Run a workload by name; see workloads.run."""
    from himmel_benchmarks import workloads  # imports video and signatures, which GPU machines lack

    return workloads.run(name, model, seed)


__all__ = ["run"]
