"""himmel: an open, self-hosted text-to-video system."""

__version__ = "0.1.0"
__all__ = ["__version__"]
