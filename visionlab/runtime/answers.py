"""What the person asks of the network lane, and what it answers."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from visionlab.deep.card import Fit
from visionlab.deep.prediction import Prediction, Ranked, ranked
from visionlab.runtime.covering import Cover
from visionlab.runtime.explaining import Explained, ExplainOptions, Possible
from visionlab.runtime.shown import ShownPicture


@dataclass(frozen=True)
class NetworkOptions:
    """What the person has chosen.

    Attributes
    ----------
    model : str
        A card's id.
    device : str
        'auto', or one of `Classifying.devices`.
    fit : {'crop', 'stretch', 'pad'} or None
        How pictures that are not square become so; None: as the card says.
    of : {'original', 'result'}
        Classify the frame itself, or the step's result that is shown.
    smoothing : float
        Moving pictures: seconds after which an old answer counts 1/e of a new one; 0: not at all.
    explain : ExplainOptions
        What is to be explained: always the picture without a patch.
    cover : Cover or None
        A patch on the picture that is classified.
    """

    model: str = "pictures"
    device: str = "auto"
    fit: Fit | None = None
    of: Literal["original", "result"] = "original"
    smoothing: float = 0.0
    explain: ExplainOptions = field(default_factory=ExplainOptions)
    cover: Cover | None = None

    def explains(self, moving: bool) -> bool:
        """Whether a picture is explained: not a moving one with a patch, it would be late."""
        return bool(self.explain.methods) and not (moving and self.cover)


@dataclass(frozen=True, eq=False)
class Predicted:
    """One answer.

    Attributes
    ----------
    prediction : Prediction
        Of this picture alone.
    smoothed : ndarray
        (classes,) probabilities, over the last pictures; of this one alone without smoothing.
    picture : ShownPicture
        What was classified.
    device : str
        Where the network ran.
    rate : float
        Answers a second lately; 0 where there was but one.
    notice : str
        What is to be said about the device.
    differentiable : bool
        Whether gradients can be had of the network.
    possible : Possible or None
        How the network can be explained; None where nothing is to be.
    heats : tuple of Explained
        The explanations so far.
    cover : Cover or None
        The patch that lay on the picture.
    whole : Prediction or None
        The answer for the same picture without the patch, where there is one.
    """

    prediction: Prediction
    smoothed: NDArray[np.float32]
    picture: ShownPicture
    device: str
    rate: float = 0.0
    notice: str = ""
    differentiable: bool = True
    possible: Possible | None = None
    heats: tuple[Explained, ...] = ()
    cover: Cover | None = None
    whole: Prediction | None = None

    def top(self, k: int) -> tuple[Ranked, ...]:
        """Return the `k` most probable classes after smoothing."""
        return ranked(self.smoothed, self.prediction.labels, k)
