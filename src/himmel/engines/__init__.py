"""Where work runs: here, for now."""
