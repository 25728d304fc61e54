"""The gallery of kept answers: a picture with what the network said about it, and why.

Each is a PNG with a JSON file of the same name beside it, in the person's own folder.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np

from visionlab.core.display import to_rgb8
from visionlab.core.errors import VisionLabError
from visionlab.core.files import write_atomically
from visionlab.core.image import as_image
from visionlab.runtime.answers import Predicted
from visionlab.runtime.covering import covered
from visionlab.runtime.explaining import Explained
from visionlab.sources.save import save_picture

log = logging.getLogger(__name__)

CLASSES = 10
"""How many classes are kept of an answer."""

MAX_BYTES = 100_000
"""A longer JSON file is not one of ours."""


@dataclass(frozen=True)
class KeptClass:
    """One class of a kept answer."""

    label: str
    probability: float


@dataclass(frozen=True)
class KeptHeat:
    """A heatmap of a kept answer.

    Attributes
    ----------
    picture : str
        File name of the PNG: its colours, half through, over what the network saw.
    method : str
        The explainer's id.
    meaning : str
        One sentence.
    """

    picture: str
    method: str
    meaning: str


@dataclass(frozen=True)
class Kept:
    """A kept answer.

    Attributes
    ----------
    picture : str
        File name of the PNG.
    taken : str
        When, ISO 8601 with the local time zone.
    source : str
        What the picture is from.
    model : str
        The card's id.
    top : tuple of KeptClass
        The most probable classes.
    truth : str
        What it really is, where the person has said so.
    heats : tuple of KeptHeat
        The heatmaps that were there.
    """

    picture: str
    taken: str
    source: str
    model: str
    top: tuple[KeptClass, ...]
    truth: str = ""
    heats: tuple[KeptHeat, ...] = ()


def keep(folder: Path, predicted: Predicted, source: str) -> Path:
    """Write picture and answer; return the picture's file.

    Raises
    ------
    VisionLabError, OSError
        The folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now().astimezone()
    path = _free(folder, now.strftime("%Y-%m-%d %H.%M.%S"))
    picture, cover = predicted.picture, predicted.cover
    if cover is None:
        save_picture(path, picture.values, picture.display)
    else:
        save_picture(path, covered(picture.shown, cover))
    top = tuple(KeptClass(r.label, round(r.probability, 6)) for r in predicted.top(CLASSES))
    heats = tuple(_keep_heat(path, heat) for heat in predicted.heats if heat.heatmap is not None)
    model = predicted.prediction.model_id
    _write(folder, Kept(path.name, now.isoformat(), source, model, top, heats=heats))
    return path


def _keep_heat(path: Path, heat: Explained) -> KeptHeat:
    """Write a heatmap beside the picture in `path`."""
    heatmap, seen = heat.heatmap, heat.prediction.seen
    assert heatmap is not None
    shown = to_rgb8(heatmap.values, heatmap.display)
    if seen.shape[:2] == shown.shape[:2]:
        below = seen if seen.ndim == 3 else np.stack([seen] * 3, axis=2)
        shown = as_image((below // 2 + shown // 2).astype(np.uint8))
    beside = path.with_name(f"{path.stem} {heat.method.id}.png")
    save_picture(beside, shown)
    return KeptHeat(beside.name, heat.method.id, heatmap.meaning)


def kept_in(folder: Path) -> list[Kept]:
    """Return all that is kept, the newest first; damaged files are left out and logged."""
    found = []
    for path in sorted(folder.glob("*.json"), reverse=True):
        try:
            with path.open("rb") as file:
                kept = msgspec.json.decode(file.read(MAX_BYTES), type=Kept)
            names = (kept.picture, *(heat.picture for heat in kept.heats))
            ours = all(Path(name).name == name for name in names)  # none lies elsewhere
            if ours and (folder / kept.picture).is_file():
                found.append(kept)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            log.warning("%s is left out of the gallery: %s", path, error)
    return sorted(found, key=lambda kept: kept.taken, reverse=True)


def set_truth(folder: Path, kept: Kept, truth: str) -> Kept:
    """Note what the picture really shows."""
    new = replace(kept, truth=truth.strip())
    _write(folder, new)
    return new


def discard(folder: Path, kept: Kept) -> None:
    """Delete picture, heatmaps and answer."""
    for name in (kept.picture, *(heat.picture for heat in kept.heats), _json_name(kept)):
        (folder / name).unlink(missing_ok=True)


def _free(folder: Path, stem: str) -> Path:
    path, number = folder / f"{stem}.png", 2
    while path.exists():
        path, number = folder / f"{stem} ({number}).png", number + 1
    return path


def _json_name(kept: Kept) -> str:
    return Path(kept.picture).with_suffix(".json").name


def _write(folder: Path, kept: Kept) -> None:
    try:
        text = msgspec.json.format(msgspec.json.encode(kept), indent=2)
        write_atomically(folder / _json_name(kept), text)
    except OSError as error:
        raise VisionLabError(
            f'The gallery in "{folder}" cannot be written: {error.strerror}.'
        ) from error
