"""Weights on disk: our folders with checksums, and the folders of diffusers."""
