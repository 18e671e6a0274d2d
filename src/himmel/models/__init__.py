"""One folder per network: its configuration, its layers, and nothing about how it is trained."""
