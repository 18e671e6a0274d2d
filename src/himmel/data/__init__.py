"""Footage in, labelled samples out: every stage maps an iterable of samples to another.

Empty so far: training clips come from `himmel.world`. Ingestion, filters, re-captioning and shards
of other people's footage belong here, each stage with a record of what it dropped and why.
"""
