"""A training script from end to end, as a person runs it: train, go on, train on, evaluate."""

import csv
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from visionlab.core.image import as_image
from visionlab.deep.zoo import load

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "train_digits.py"


def idx_bytes(values):
    head = struct.pack(">HBB", 0, 8, values.ndim) + struct.pack(f">{values.ndim}I", *values.shape)
    return head + values.astype(np.uint8).tobytes()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Files as MNIST's: ten classes that are bars at ten heights, in noise."""
    folder = tmp_path_factory.mktemp("bars")
    rng = np.random.default_rng(0)
    for prefix, count in (("train", 1280), ("t10k", 200)):
        targets = np.arange(count) % 10
        pictures = rng.integers(0, 40, (count, 28, 28))
        for picture, target in zip(pictures, targets, strict=True):
            picture[4 + 2 * target : 6 + 2 * target, 6:22] = 220
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(idx_bytes(pictures))
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(idx_bytes(targets))
    return folder


def train(data, out, *options):
    command = [sys.executable, str(SCRIPT), "--data", str(data), "--out", str(out), *options]
    return subprocess.run([*command, "--threads", "1"], capture_output=True, text=True, timeout=110)


def log(out):
    with (out / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_model_is_trained_gone_on_with_and_can_be_used(data, tmp_path):
    out = tmp_path / "out"
    done = train(data, out, "--epochs", "2")
    assert done.returncode == 0, done.stderr
    assert "top-1" in done.stdout
    assert [row["epoch"] for row in log(out)] == ["1", "2"]
    again = train(data, out, "--epochs", "2", "--resume")  # nothing is left to do
    assert again.returncode == 0
    assert len(log(out)) == 2
    classifier = load(out / "digits.json")
    assert classifier.card.scores[0].pictures == 200
    assert len(classifier.card.sha256) == 64
    bar = np.zeros((28, 28), np.uint8)
    bar[10:12, 6:22] = 220
    assert classifier.predict(as_image(bar)).probabilities.sum() == pytest.approx(1, abs=1e-5)

    on = tmp_path / "on"
    begun = train(data, on, "--epochs", "1", "--init", str(out / "digits.safetensors"))
    assert begun.returncode == 0, begun.stderr
    assert float(log(on)[0]["loss"]) < float(log(out)[0]["loss"])  # it has learned already
