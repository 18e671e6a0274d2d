"""Captions, audio description, alternative text and flash warnings for every clip.

Empty so far. What it will say about a clip comes from what is seen in its frames, never from the
prompt that asked for it.
"""
