"""Tiny ImageNet: 200 classes of 64x64 RGB pictures, in the standard tree.

Le, Yang: Tiny ImageNet Visual Recognition Challenge, Stanford CS 231N, 2015.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image as PillowImage

from visionlab.core.errors import SourceError
from visionlab.deep.data.dataset import Dataset

SIZE = 64


def read_labels(folder: Path) -> dict[str, str]:
    """Return the 200 class names in plain English by their WordNet number, in the file's order.

    The first of a class's synonyms is taken; where two classes share it, the second word tells
    them apart.
    """
    words = {}
    for line in _lines(folder / "words.txt"):
        wnid, _, names = line.partition("\t")
        words[wnid] = [name.strip() for name in names.split(",")]
    wnids = _lines(folder / "wnids.txt")
    missing = [wnid for wnid in wnids if wnid not in words]
    if missing:
        raise SourceError(f"words.txt in {folder} lacks the class {missing[0]}.")
    firsts = [words[wnid][0] for wnid in wnids]
    return {
        wnid: first if firsts.count(first) == 1 else ", ".join(words[wnid][:2])
        for wnid, first in zip(wnids, firsts, strict=True)
    }


def read_split(folder: Path, split: Literal["train", "val"]) -> Dataset:
    """Read one split: 100,000 training or 10,000 validation pictures (1.2 GB or 0.12 GB).

    Raises
    ------
    SourceError
        The tree is not the standard one, or a picture is damaged.
    """
    labels = read_labels(folder)
    index = {wnid: number for number, wnid in enumerate(labels)}
    if split == "train":
        files = [
            (path, index[wnid])
            for wnid in labels
            for path in sorted((folder / "train" / wnid / "images").glob("*.JPEG"))
        ]
    else:
        files = []
        for line in _lines(folder / "val" / "val_annotations.txt"):
            name, wnid = line.split("\t")[:2]
            files.append((folder / "val" / "images" / name, index[wnid]))
    if not files:
        raise SourceError(f"{folder} holds no {split} pictures; choose a folder with the tree.")
    images = _read_pictures([path for path, _ in files])
    targets = torch.tensor([target for _, target in files])
    return Dataset(torch.from_numpy(images), targets, tuple(labels.values()))


def _read_pictures(paths: list[Path]) -> NDArray[np.uint8]:
    images = np.empty((len(paths), 3, SIZE, SIZE), np.uint8)
    for number, path in enumerate(paths):
        try:
            with PillowImage.open(path) as picture:
                rgb = np.asarray(picture.convert("RGB"))
        except OSError as error:
            raise SourceError(f"{path.name} cannot be read: {error}.") from error
        if rgb.shape != (SIZE, SIZE, 3):
            raise SourceError(f"{path.name} should be {SIZE}x{SIZE} pixels; it is {rgb.shape}.")
        images[number] = rgb.transpose(2, 0, 1)
    return images


def _lines(path: Path) -> list[str]:
    try:
        return _filled(path.read_text(encoding="utf-8").splitlines())
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read; choose the folder tiny-imagenet-200 of the standard tree."
        ) from error


def _filled(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line.strip()]
