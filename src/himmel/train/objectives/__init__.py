"""Losses of the networks beside the transformer: codec decoder, judge, text encoder."""
