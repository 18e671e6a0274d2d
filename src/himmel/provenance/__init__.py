"""Where a file comes from, written into the file and read back.

`seal` writes reviewed frames together with their manifest, `signed` signs the file and enters it into the
`registry`; `verify` asks every layer where a file comes from. `credentials` are the signed C2PA manifest,
`identity` and `certificates` who signs, `fingerprint` what a film looks like. `read` gives the unsigned
manifest back, `xmp` is the packet that carries it; `boxes`, `ebml` and `chunks` are the place of that
packet in MP4, in WebM, and in moving PNG, WebP and GIF.
"""
