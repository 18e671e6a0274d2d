"""CLIP's image encoder and its preparation of pictures, against transformers."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from himmel.core.errors import HimmelError
from himmel.interop.diffusers import load_image_encoder, load_preparation
from himmel.models.clip_vision import ClipVision, ClipVisionConfig, PreparationConfig, prepare

TINY = {
    "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 2,
    "image_size": 28, "patch_size": 14,
}  # fmt: skip


def stock(kind="CLIPVisionModel", act="gelu"):
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    net = getattr(transformers, kind)(transformers.CLIPVisionConfig(hidden_act=act, **TINY))
    for parameter in net.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.2)
    return net.eval()


def processor(**options):
    module = pytest.importorskip("transformers.models.clip.image_processing_pil_clip")
    return module.CLIPImageProcessorPil(**options)


def picture(height, width):
    rng = np.random.default_rng(height * width)
    smooth = rng.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(smooth).resize((width, height), Image.Resampling.BILINEAR))


@pytest.mark.parametrize("kind", ["CLIPVisionModel", "CLIPVisionModelWithProjection"])
@pytest.mark.parametrize("act", ["gelu", "quick_gelu"])
@torch.no_grad()
def test_states_are_those_of_transformers(kind, act, tmp_path):
    theirs = stock(kind, act)
    theirs.save_pretrained(tmp_path / "image_encoder")
    ours = load_image_encoder(tmp_path)
    pictures = torch.randn(2, 3, 28, 28, generator=torch.Generator().manual_seed(1))
    expected = theirs(pictures, output_hidden_states=True).hidden_states[-2]
    assert expected.shape == (2, ours.config.tokens, 16)
    assert (ours(pictures) - expected).abs().max() <= 1e-5


def test_names_are_those_of_transformers():
    ours = ClipVision(ClipVisionConfig(**TINY)).state_dict()
    theirs = stock().state_dict()
    assert {k: v.shape for k, v in ours.items()} == {k: v.shape for k, v in theirs.items()}


def test_the_defaults_are_wans_encoder():
    config = ClipVisionConfig()
    assert config.tokens == 257
    with torch.device("meta"):
        count = sum(p.numel() for p in ClipVision(config).parameters())
    assert count == 630_766_080  # ViT-H/14 without its projection


@pytest.mark.parametrize("size", [(64, 96), (96, 64), (37, 201), (20, 20), (224, 225), (480, 832)])
def test_pictures_are_prepared_as_transformers_does(size, tmp_path):
    theirs = processor(size={"shortest_edge": 28}, crop_size=28)
    theirs.save_pretrained(tmp_path / "image_processor")
    config = load_preparation(tmp_path)
    given = picture(*size)
    expected = theirs(images=Image.fromarray(given), return_tensors="pt").pixel_values[0]
    assert (prepare(given, config) - expected).abs().max() <= 1e-6


def test_the_defaults_prepare_for_wan():
    given = picture(480, 832)
    expected = processor()(images=Image.fromarray(given), return_tensors="pt").pixel_values[0]
    made = prepare(given, PreparationConfig())
    assert made.shape == (3, 224, 224)
    assert (made - expected).abs().max() <= 1e-6


def test_older_files_give_plain_numbers():
    assert PreparationConfig.from_transformers({"size": 28, "crop_size": 14}) == PreparationConfig(
        shortest_edge=28, crop_size=(14, 14)
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"do_center_crop": False}, "do_center_crop"),
        ({"resample": 2}, "only 3"),
        ({"size": {"height": 28, "width": 28}}, "only a shortest_edge"),
        ({"crop_size": {"height": 300, "width": 28}}, "more than"),
        ({"crop_size": {"height": 28}}, "expected int"),
        ({"image_std": [1.0]}, "expected 3 values"),
        ({"sharpen": True}, "unknown key 'sharpen'"),
    ],
)
def test_another_preparation_is_refused(values, words):
    with pytest.raises(HimmelError, match=words):
        PreparationConfig.from_transformers(values)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_type": "siglip_vision_model"}, "only 'clip_vision_model'"),
        ({"hidden_act": "relu"}, "use 'gelu'"),
        ({"num_attention_heads": 3}, "does not divide"),
        ({"image_size": 7}, "smaller than a patch"),
        ({"num_hidden_layers": 2}, "does not fit its config.json"),
        ({"registers": 4}, "unknown key 'registers'"),
        ({"architectures": ["SiglipVisionModel"]}, "CLIPVisionModel or CLIPVisionModelWithProj"),
    ],
)
def test_another_encoder_is_refused(changes, words, tmp_path):
    stock().save_pretrained(tmp_path)
    file = tmp_path / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
    with pytest.raises(HimmelError, match=words):
        load_image_encoder(tmp_path)


def test_what_a_file_leaves_out_is_what_transformers_says():
    transformers = pytest.importorskip("transformers")
    theirs = transformers.CLIPVisionConfig().to_dict()
    ours = ClipVisionConfig.from_transformers({}).to_dict()
    assert ours == {name: theirs[name] for name in ours}


def test_pictures_of_another_form_are_refused():
    with pytest.raises(HimmelError, match="28x28 pixels and was given 32x28"):
        ClipVision(ClipVisionConfig(**TINY))(torch.zeros(1, 3, 28, 32))
    with pytest.raises(HimmelError, match="uint8"):
        prepare(np.zeros((8, 8, 3)), PreparationConfig())
