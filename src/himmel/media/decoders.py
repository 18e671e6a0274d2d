"""Which of FFmpeg's decoders may see a stranger's file: those of films that people have.

FFmpeg brings more than five hundred, most of them for games of the last century; holes are found in
these, and every wheel is some holes behind. What is not listed here is refused by name.
"""

from __future__ import annotations

PICTURE_DECODERS = (
    "av1", "bmp", "dnxhd", "dvvideo", "ffv1", "ffvhuff", "flv", "gif", "h261", "h263", "h264", "hevc",
    "huffyuv", "jpeg2000", "libdav1d", "libvpx", "libvpx-vp9", "mjpeg", "mpeg1video", "mpeg2video",
    "mpeg4", "mpegvideo", "msmpeg4", "msmpeg4v1", "msmpeg4v2", "msvideo1", "png", "prores", "psd",
    "qtrle", "rawvideo", "rv10", "rv20", "rv30", "rv40", "svq1", "svq3", "theora", "tiff", "utvideo",
    "v210", "vc1", "vp3", "vp6", "vp6a", "vp6f", "vp8", "vp9", "wmv1", "wmv2", "wmv3",
)  # fmt: skip
SOUND_DECODERS = (
    "aac", "aac_latm", "ac3", "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_swf", "alac", "amrnb",
    "amrwb", "dca", "eac3", "flac", "libopencore_amrnb", "libopencore_amrwb", "libopus", "mp1",
    "mp1float", "mp2", "mp2float", "mp3", "mp3float", "nellymoser", "opus", "pcm_alaw", "pcm_bluray",
    "pcm_dvd", "pcm_f32be", "pcm_f32le", "pcm_f64be", "pcm_f64le", "pcm_mulaw", "pcm_s16be", "pcm_s16le",
    "pcm_s16le_planar", "pcm_s24be", "pcm_s24le", "pcm_s32be", "pcm_s32le", "pcm_s8", "pcm_u8",
    "real_144", "speex", "vorbis", "wmapro", "wmav1", "wmav2",
)  # fmt: skip
WHITELIST = ",".join((*PICTURE_DECODERS, *SOUND_DECODERS))
