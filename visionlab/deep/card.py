"""The model card: everything about a model but its weights. Needs no PyTorch."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from visionlab.core.errors import ModelError
from visionlab.core.files import write_atomically

Fit: TypeAlias = Literal["crop", "stretch", "pad"]
MAX_CARD_BYTES = 4_000_000


@dataclass(frozen=True)
class Preprocess:
    """How a picture becomes a network's input.

    Attributes
    ----------
    size : int
        Height and width of the input in pixels.
    channels : {1, 3}
        Grey or RGB.
    mean, std : tuple of float
        Of each channel, for values 0..1: the input is (value - mean) / std.
    resize : int
        With `fit` 'crop', the shorter side is brought to this many pixels before the middle is
        cut out; `size` cuts nothing but the longer side's ends.
    fit : {'crop', 'stretch', 'pad'}
        What happens to pictures that are not square, unless the person chooses.
    dark_ground : bool
        The network knows light things on a dark ground only: pictures larger than the input
        whose border is lighter than half of what they span are inverted.
    centre: bool
        Pictures larger than the input are cut to what is drawn on them, which is brought to 5/7
        of the size with its centre of mass in the middle, as the makers of MNIST did.
    """

    size: int
    channels: Literal[1, 3]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    resize: int
    fit: Fit = "crop"
    dark_ground: bool = False
    centre: bool = False

    def __post_init__(self) -> None:
        if not (1 <= self.size <= self.resize <= 4096):
            raise ValueError("`size` and `resize` must hold 1 <= size <= resize <= 4096")
        if not len(self.mean) == len(self.std) == self.channels:
            raise ValueError("`mean` and `std` need one value for each channel")
        if min(self.std) <= 0:
            raise ValueError("`std` must be above 0")


@dataclass(frozen=True)
class Score:
    """How well the model did, measured.

    Attributes
    ----------
    split : str
        What it was measured on.
    pictures : int
        How many.
    top1, top5 : float
        Part of the pictures, 0..1.
    calibration_error : float
        Expected calibration error in 15 bins (Guo et al., ICML 2017), 0..1.
    command : str
        What measures it again.
    """

    split: str
    pictures: int
    top1: float
    top5: float
    calibration_error: float
    command: str = ""


@dataclass(frozen=True)
class ModelCard:
    """A model's name, network, preprocessing, labels and record.

    Attributes
    ----------
    id : str
        Short name, for the command line.
    name, summary : str
        For people.
    architecture : str
        A name that `nets.build` knows, or 'onnx'.
    arguments : dict
        What the architecture is built with.
    weights : str
        File name, in the card's folder.
    sha256 : str
        Of the weights file, or '' for a model of the person's own.
    labels : tuple of str
        The classes' names, in the order of the logits.
    temperature : float
        Logits are divided by it before softmax, so that 80 % means 80 % (Guo et al., 2017).
    parameters, multiplications : int
        Of the network; multiplications for one picture.
    data, licence : str
        What it learned from, and the terms.
    scores : tuple of Score
        What was measured.
    weaknesses : tuple of str
        What is known not to work.
    """

    id: str
    name: str
    architecture: str
    weights: str
    labels: tuple[str, ...]
    preprocess: Preprocess
    summary: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    sha256: str = ""
    temperature: float = 1.0
    parameters: int = 0
    multiplications: int = 0
    data: str = ""
    licence: str = ""
    scores: tuple[Score, ...] = ()
    weaknesses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if Path(self.weights).name != self.weights or not self.weights:
            raise ValueError("`weights` must be the name of a file beside the card")
        if not self.temperature > 0:
            raise ValueError("`temperature` must be above 0")
        if not self.labels:
            raise ValueError("`labels` must name at least one class")


def read_card(path: Path) -> ModelCard:
    """Read a card from its JSON file.

    Raises
    ------
    ModelError
        The file cannot be read, or a field is missing, unknown or out of range.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CARD_BYTES + 1)
        if len(data) > MAX_CARD_BYTES:
            raise ModelError(f"{path.name} is too long for a model card.")
        fields = msgspec.json.decode(data)
        known = set(ModelCard.__dataclass_fields__)
        if isinstance(fields, dict) and (unknown := set(fields) - known):
            raise ModelError(f'{path.name} has an unknown field "{min(unknown)}".')
        return msgspec.convert(fields, ModelCard)
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror}.") from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ModelError(f"{path.name} is no model card of this program: {error}.") from error


def write_card(card: ModelCard, path: Path) -> None:
    """Write `card` as JSON that people can read; all of it or nothing."""
    text = msgspec.json.format(msgspec.json.encode(card), indent=2)
    write_atomically(path, text + b"\n")
