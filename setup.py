"""Packages by folder: src/himmel and its two neighbours, so that no list has to be kept by hand."""

from setuptools import find_packages, setup

NEIGHBOURS = {"himmel_recipes": "recipes", "himmel_benchmarks": "benchmarks"}


def packages() -> list[str]:
    """Every importable package of the distribution."""
    found = find_packages("src")
    for name, folder in NEIGHBOURS.items():
        found += [name, *(f"{name}.{inner}" for inner in find_packages(folder))]
    return found


setup(packages=packages(), package_dir={"": "src", **NEIGHBOURS})
