"""Where a file comes from, written into the file.

`seal` writes reviewed frames together with their manifest, `read` gives the manifest back, `xmp` is the
packet that carries it; `boxes`, `ebml` and `chunks` are the place of that packet in MP4, in WebM, and in
moving PNG, WebP and GIF.
"""
