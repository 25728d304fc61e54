"""A training script from end to end, as a person runs it: train, go on, train on, evaluate."""

import csv
import struct
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from visionlab.core.image import as_image
from visionlab.deep.zoo import load

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


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


def train(data, out, *options, script="train_digits.py"):
    script = SCRIPTS / script
    command = [sys.executable, str(script), "--data", str(data), "--out", str(out), *options]
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


@pytest.fixture
def tree(tmp_path):
    """A tree as Tiny ImageNet's: 200 classes, each a colour, with a picture each."""
    folder = tmp_path / "tiny-imagenet-200"
    wnids = [f"n{number:08}" for number in range(200)]
    colours = np.random.default_rng(0).integers(0, 256, (200, 3))
    (folder / "val" / "images").mkdir(parents=True)
    (folder / "wnids.txt").write_text("\n".join(wnids))
    (folder / "words.txt").write_text("".join(f"{wnid}\tthing {wnid}\n" for wnid in wnids))
    notes = []
    for number, wnid in enumerate(wnids):
        (folder / "train" / wnid / "images").mkdir(parents=True)
        picture = np.full((64, 64, 3), colours[number], np.uint8)
        cv2.imwrite(str(folder / "train" / wnid / "images" / f"{wnid}_0.JPEG"), picture)
        if number < 20:
            cv2.imwrite(str(folder / "val" / "images" / f"val_{number}.JPEG"), picture)
            notes.append(f"val_{number}.JPEG\t{wnid}\t0\t0\t62\t62\n")
    (folder / "val" / "val_annotations.txt").write_text("".join(notes))
    return folder


def test_the_picture_model_learns_from_a_teacher(tree, tmp_path):
    out = tmp_path / "out"
    done = train(tree, out, "--epochs", "1", script="train_pictures.py")
    assert done.returncode == 0, done.stderr
    teacher, pupil = load(out / "teacher" / "teacher.json"), load(out / "pictures.json")
    assert pupil.card.multiplications < teacher.card.multiplications
    assert pupil.card.architecture == load("pictures").card.architecture
    assert pupil.card.arguments == load("pictures").card.arguments
    assert len(log(out)) == len(log(out / "teacher")) == 1

    again = tmp_path / "again"
    known = ("--teacher", str(out / "teacher" / "teacher.json"))
    done = train(tree, again, "--epochs", "1", *known, script="train_pictures.py")
    assert done.returncode == 0, done.stderr
    assert not (again / "teacher").exists()
    assert load(again / "pictures.json").card.sha256 == pupil.card.sha256  # the same seed
