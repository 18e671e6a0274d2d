"""Every configuration of Wan at toy size is within 1e-4 of diffusers, and the table says so."""

import json

import pytest

from himmel.cli.main import main
from himmel.interop.wan import MODELS

pytest.importorskip("diffusers")
pytest.importorskip("transformers")


def test_the_parity_table(capsys):
    assert main(["bench", "parity", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    metrics = report["metrics"]
    assert all(metric["value"] <= 100 for metric in metrics.values())
    parts = [key.partition(".")[0] for key in metrics]
    counts = {part: parts.count(part) for part in parts}
    assert counts == {"transformer": 2 * len(MODELS), "codec": 6, "text": 1, "pipeline": 28}
    assert metrics["transformer.Wan2_2-TI2V-5B.token"]["unit"] == "millionths"
