"""Bytes to frames and back: clips through PyAV, pictures through Pillow.

Frames are uint8 arrays (T, H, W, 3) in sRGB, a picture is one frame (H, W, 3). `write` makes clips
that appear whole or not at all, `read` treats every file as if a stranger had sent it, `picture` does
both for single frames, `sheet` puts several clips onto one picture.
"""
