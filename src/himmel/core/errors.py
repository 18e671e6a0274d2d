"""Errors that a person may cause. Anything else that is raised is our own defect."""


class HimmelError(ValueError):
    """What came, what fits, what to do: one plain sentence, shown without a traceback."""


class MissingExtraError(HimmelError):
    """A feature needs a package that is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"this needs the package {package}; install it with: pip install 'himmel[{extra}]'"
        )


class DamagedFileError(HimmelError):
    """A file that does not hold what its checksum or header promises."""
