"""Any folder with one sub-folder of pictures for each class."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from visionlab.core.errors import Cancelled, SourceError, VisionLabError
from visionlab.core.image import Frame
from visionlab.deep.card import Preprocess
from visionlab.deep.data.dataset import Dataset
from visionlab.deep.preprocess import prepare

SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif",
    ".pbm", ".pgm", ".ppm", ".pnm",
)  # fmt: skip


def read_folder(
    folder: Path,
    how: Preprocess,
    read: Callable[[Path], Frame],
    labels: Sequence[str] | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Dataset, list[str]]:
    """Read all pictures, each brought to a network's size.

    Parameters
    ----------
    folder : Path
        Holds one sub-folder for each class, named as the class; hidden ones are none.
    how : Preprocess
        What is done to each picture.
    read : callable
        Reads a file's picture; raises a VisionLabError where it cannot.
    labels : sequence of str, optional
        The classes in order, which the sub-folders' names must be among, whatever the case;
        otherwise the sub-folders in alphabetical order.
    progress : callable, optional
        Takes the number of files that were read and their total.
    cancelled : callable, optional
        Says whether to stop.

    Returns
    -------
    Dataset, list of str
        The pictures, and one sentence for each file that could not be read.

    Raises
    ------
    SourceError
        There is no sub-folder, no picture, or a sub-folder that names no class.
    Cancelled
        `cancelled` returned true.
    """
    classes = [path for path in _entries(folder) if path.is_dir()]
    if not classes:
        raise SourceError(
            f'"{folder}" must hold a data set, or one folder of pictures for each class; '
            f"it has no folders."
        )
    names = tuple(labels) if labels else tuple(path.name for path in classes)
    index = {name.casefold(): number for number, name in enumerate(names)}
    for path in classes:
        if path.name.casefold() not in index:
            raise SourceError(
                f'The folder "{path.name}" names none of the classes; they are '
                f"{', '.join(names[:5])}{' and others' if len(names) > 5 else ''}."
            )
    files = [
        (file, index[path.name.casefold()])
        for path in classes
        for file in _entries(path)
        if file.suffix.lower() in SUFFIXES
    ]
    seen, targets, problems = [], [], []
    for number, (file, target) in enumerate(files, 1):
        if cancelled is not None and cancelled():
            raise Cancelled
        try:
            frame = read(file)
            seen.append(prepare(frame.image, how, frame.display).seen)
            targets.append(target)
        except VisionLabError as error:
            problems.append(str(error))
        if progress is not None:
            progress(number, len(files))
    if not seen:
        raise SourceError(f'The folders in "{folder}" hold no picture that can be read.')
    images = np.stack(seen).reshape(len(seen), how.size, how.size, how.channels)
    stacked = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    return Dataset(stacked, torch.tensor(targets), names), problems


def _entries(folder: Path) -> list[Path]:
    """Return what is in a folder, by name, but for what is hidden."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise SourceError(f'The folder "{folder}" cannot be read: {error.strerror}.') from error
