"""The second judge: reads a clip by colour, shape and motion, and learns nothing."""

from himmel.evaluate.parser.parse import Parsed, Parser, core_parser
from himmel.evaluate.parser.segment import Segmented, segment
from himmel.evaluate.parser.tables import Words
from himmel.evaluate.parser.track import Track, track_of, tracks_of

__all__ = [
    "Parsed",
    "Parser",
    "Segmented",
    "Track",
    "Words",
    "core_parser",
    "segment",
    "track_of",
    "tracks_of",
]
