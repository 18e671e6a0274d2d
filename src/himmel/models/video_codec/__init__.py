"""The video codec: frames to latents by a linear basis, latents to sharper frames by a small network."""

from himmel.models.video_codec.codec import LinearCodec, VideoCodec
from himmel.models.video_codec.config import CodecConfig
from himmel.models.video_codec.critic import Critic

__all__ = ["CodecConfig", "Critic", "LinearCodec", "VideoCodec"]
