"""Numbers with intervals: what a model does of what it was asked."""
