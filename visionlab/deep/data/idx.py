"""MNIST and Fashion-MNIST, in the IDX format of http://yann.lecun.com/exdb/mnist/.

LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition, 1998.
Xiao, Rasul, Vollgraf: Fashion-MNIST, arXiv:1708.07747, 2017.
"""

import gzip
import math
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from visionlab.core.errors import SourceError
from visionlab.deep.data.dataset import Dataset

DIGITS = tuple("0123456789")
CLOTHING = (
    "T-shirt",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "trainer",
    "bag",
    "ankle boot",
)

MAX_VALUES = 256 * 1024 * 1024
"""More values than this are not unpacked: the largest set has 47 million."""


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an IDX file of bytes, gzipped or not.

    Raises
    ------
    SourceError
        The file is missing, damaged, not IDX, or does not hold bytes.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            magic = file.read(4)
            if len(magic) != 4 or magic[:3] != b"\x00\x00\x08":
                raise SourceError(
                    f"{path.name} is not an IDX file of bytes: it begins with {magic.hex()}."
                )
            shape = tuple(int.from_bytes(file.read(4), "big") for _ in range(magic[3]))
            values = math.prod(shape)
            if values > MAX_VALUES:
                raise SourceError(f"{path.name} claims {values} values; at most {MAX_VALUES} fit.")
            data = file.read(values + 1)
    except (OSError, EOFError) as error:
        raise SourceError(f"{path.name} cannot be read: {error}.") from error
    if len(data) != values:
        raise SourceError(f"{path.name} is damaged: it should hold {values} values.")
    return np.frombuffer(data, np.uint8).reshape(shape)


def read_split(
    folder: Path, split: Literal["train", "test"], labels: tuple[str, ...] = DIGITS
) -> Dataset:
    """Read one split from the four standard files.

    Parameters
    ----------
    folder : Path
        Holds `train-images-idx3-ubyte.gz` and its three companions; unpacked ones serve too.
    split : {'train', 'test'}
        60,000 or 10,000 pictures.
    labels : tuple of str
        `DIGITS` or `CLOTHING`.

    Raises
    ------
    SourceError
        A file is missing or damaged, or pictures and classes do not match.
    """
    prefix = "train" if split == "train" else "t10k"
    images = read_idx(_find(folder, f"{prefix}-images-idx3-ubyte"))
    targets = read_idx(_find(folder, f"{prefix}-labels-idx1-ubyte"))
    if images.ndim != 3 or targets.ndim != 1 or len(images) != len(targets):
        raise SourceError(
            f"The files in {folder} do not belong together: "
            f"pictures {images.shape}, classes {targets.shape}."
        )
    if targets.size and targets.max() >= len(labels):
        raise SourceError(f"{folder} holds class {targets.max()}; only {len(labels)} are known.")
    return Dataset(
        torch.from_numpy(images.copy())[:, None],
        torch.from_numpy(targets.astype(np.int64)),
        labels,
    )


def _find(folder: Path, name: str) -> Path:
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    raise SourceError(f"{folder} lacks the file {name}.gz; choose the folder that holds it.")
