"""Any folder with one sub-folder of pictures for each class."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image as PillowImage
from PIL import ImageOps

from visionlab.core.errors import SourceError, VisionLabError
from visionlab.core.image import MAX_PIXELS, Image, as_image
from visionlab.deep.card import Preprocess
from visionlab.deep.data.dataset import Dataset
from visionlab.deep.preprocess import prepare

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".ppm", ".pgm")


def read_folder(
    folder: Path, how: Preprocess, labels: Sequence[str] | None = None
) -> tuple[Dataset, list[str]]:
    """Read all pictures, each brought to a network's size.

    Parameters
    ----------
    folder : Path
        Holds one sub-folder for each class, named as the class.
    how : Preprocess
        What is done to each picture.
    labels : sequence of str, optional
        The classes in order, which the sub-folders' names must be among, whatever the case;
        otherwise the sub-folders in alphabetical order.

    Returns
    -------
    Dataset, list of str
        The pictures, and one sentence for each file that could not be read.

    Raises
    ------
    SourceError
        There is no sub-folder, no picture, or a sub-folder that names no class.
    """
    try:
        classes = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError as error:
        raise SourceError(f'The folder "{folder}" cannot be read: {error.strerror}.') from error
    if not classes:
        raise SourceError(
            f'"{folder}" must hold a data set, or one folder of pictures for each class; '
            f"it has no folders."
        )
    names = tuple(labels) if labels else tuple(path.name for path in classes)
    index = {name.casefold(): number for number, name in enumerate(names)}
    seen, targets, problems = [], [], []
    for path in classes:
        if path.name.casefold() not in index:
            raise SourceError(
                f'The folder "{path.name}" names none of the classes; they are '
                f"{', '.join(names[:5])}{' and others' if len(names) > 5 else ''}."
            )
        for file in sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES):
            try:
                seen.append(prepare(_read(file), how).seen)
                targets.append(index[path.name.casefold()])
            except VisionLabError as error:
                problems.append(str(error))
    if not seen:
        raise SourceError(f'The folders in "{folder}" hold no picture that can be read.')
    images = np.stack(seen).reshape(len(seen), how.size, how.size, how.channels)
    stacked = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    return Dataset(stacked, torch.tensor(targets), names), problems


def _read(path: Path) -> Image:
    try:
        with PillowImage.open(path) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise SourceError(f'"{path}" has more than 100 megapixels; make it smaller.')
            upright = ImageOps.exif_transpose(picture)
            return as_image(np.asarray(upright.convert("RGB")))
    except (OSError, ValueError, SyntaxError, PillowImage.DecompressionBombError) as error:
        raise SourceError(f'"{path}" cannot be read: {error}.') from error
