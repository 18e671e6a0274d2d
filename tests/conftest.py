"""A complete model at toy size, with random weights: it runs the whole way in milliseconds."""

from __future__ import annotations

import os
import shutil
import tempfile

import hypothesis
import pytest

# A busy machine is no failure.
hypothesis.settings.register_profile("himmel", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("himmel")
# More threads only make small tests wait for each other.
os.environ.setdefault("HIMMEL_THREADS", "1")
# Keys and the registry of whoever runs the tests are left alone.
os.environ["HIMMEL_DATA"] = tempfile.mkdtemp(prefix="himmel-tests-")
for name in ("HIMMEL_CERTIFICATE", "HIMMEL_KEY"):
    os.environ.pop(name, None)
os.environ["HIMMEL_STATE"] = tempfile.mkdtemp(prefix="himmel-state-")
os.environ.pop("HIMMEL_SAFETY", None)


@pytest.fixture(scope="session")
def _tiny_model(tmp_path_factory):
    """Written once; tests get copies, because some of them damage theirs."""
    import torch

    from himmel.generate.config import Defaults, SystemConfig
    from himmel.generate.lexicon import Lexicon
    from himmel.generate.reading import build_text
    from himmel.generate.system import save_system
    from himmel.models.dit import DiT, DiTConfig
    from himmel.models.text import TextEncoderConfig, Tokenizer
    from himmel.models.video_codec import CodecConfig, LinearCodec

    words = {"a": (), "on": (), "red": ("colour:red",), "car": ("kind:car",)}
    words |= {"auto": ("kind:car",), "meadow": ("setting:meadow",), "dog": ("kind:dog",)}
    tokenizer = Tokenizer.from_words(words)
    codec = CodecConfig(
        patch=4, time=4, upscale=2, channels=6, basis_channels=8, widths=(8, 8, 8), blocks=(1, 1, 1)
    )
    config = SystemConfig(
        name="tiny",
        description="random weights for tests",
        codec=codec,
        dit=DiTConfig(
            patch_size=(1, 1, 1),
            num_attention_heads=2,
            attention_head_dim=12,
            in_channels=6,
            out_channels=6,
            text_dim=16,
            freq_dim=16,
            ffn_dim=32,
            num_layers=2,
        ),
        text=TextEncoderConfig(
            vocab_size=tokenizer.size, width=16, layers=1, heads=2, length=16, output_dim=16
        ),
        defaults=Defaults(width=16, height=16, fps=8.0, frames=9, steps=3, guidance=2.0),
        trained_sizes=((16, 16), (24, 16)),
        trained_frames=(1, 9, 17),
        languages=("en", "de"),
        conditions=("first", "keyframe"),
        facts={"kind": ["car", "dog"], "colour": ["red", "blue"], "setting": ["meadow"]},
    )
    torch.manual_seed(0)
    networks = {
        "transformer": DiT(config.dit),
        "codec": LinearCodec(codec),
        "text": build_text(config),
    }
    with torch.no_grad():  # zeros, from which training starts, would hide what depends on what
        for parameter in (p for network in networks.values() for p in network.parameters()):
            parameter.add_(0.1 * torch.randn_like(parameter))
    folder = tmp_path_factory.mktemp("model") / "tiny"
    lexicon = Lexicon(words, {"setting:meadow": "on a meadow"})
    save_system(folder, config, networks, tokenizer, lexicon)
    return folder


@pytest.fixture
def tiny_model_folder(_tiny_model, tmp_path):
    """A model folder of one's own, for `--model` and load_system."""
    return shutil.copytree(_tiny_model, tmp_path / "tiny-model")


@pytest.fixture(scope="session")
def tiny_system(_tiny_model):
    """The same model, loaded in float32."""
    import torch

    from himmel.generate.system import load_system

    return load_system(_tiny_model, dtype=torch.float32)


@pytest.fixture(scope="session")
def tiny_judge():
    """Makes judges with random weights, of some classes by group beside one setting."""
    import torch

    from himmel.models.judge import Judge, JudgeConfig

    def make(classes, size=16, frames=3):
        torch.manual_seed(0)
        config = JudgeConfig(
            classes={"setting": ["meadow"], **classes},
            size=size,
            frames=frames,
            crop=16,
            motion_size=16,
            widths=(4, 4, 4),
            subject_widths=(4, 4, 4),
        )
        return Judge(config).eval()

    return make


@pytest.fixture(scope="session")
def wan_config():
    """The smallest transformer of Wan's shape, for comparisons with diffusers."""
    from himmel.models.dit import DiTConfig

    return DiTConfig(
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=4,
        out_channels=4,
        text_dim=12,
        freq_dim=32,
        ffn_dim=48,
        num_layers=2,
    )
