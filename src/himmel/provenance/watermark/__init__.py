"""A number hidden in the pictures: it outlives what files lose, re-encoding, cropping, scaling.

`embed` writes a mark of 32 bits into frames, `find` reads it back from what became of them; both need the
house's key. `marking` is what the door does, `visible` the mark for people, `plugged` another's network
in place of ours.
"""

from himmel.provenance.watermark.embed import embed
from himmel.provenance.watermark.find import Found, find

__all__ = ["Found", "embed", "find"]
