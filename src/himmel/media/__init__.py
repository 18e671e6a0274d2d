"""Bytes to frames and sound and back: films through PyAV, pictures through Pillow.

Frames are uint8 arrays (T, H, W, 3) in sRGB, a picture is one frame (H, W, 3), sound is float32
(N, channels). `read` gives frames with their true times and treats every file as if a stranger had
sent it (`source` opens it, `guard` keeps the limits), `sound` the samples that belong to them. `apart`
does the same in a process that can do no harm (`confine`): what a person hands in is read by it. `write`
makes films that appear whole or not at all, or a stream, in the kinds that `formats` lists (`film`
encodes them, `sequence` keeps single pictures). `cut` takes, cuts and joins clips in sync; `picture`
does single frames, `sheet` puts several clips onto one picture.
"""
