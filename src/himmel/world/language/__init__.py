"""Sentences about the wide world in English and German, and how they are read back."""
