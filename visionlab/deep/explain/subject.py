"""What is explained: a network with what went in, and the answer in question.

Importing it loads no PyTorch.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from visionlab.core.errors import ModelError
from visionlab.core.image import Display, Image

if TYPE_CHECKING:
    from torch import Tensor, nn

    from visionlab.deep.card import Fit
    from visionlab.deep.model import Classifier
    from visionlab.deep.prediction import Prediction
    from visionlab.deep.traced import Traced

Score: TypeAlias = Literal["logit", "probability"]


@dataclass(frozen=True)
class Target:
    """A class, or the difference of two.

    Attributes
    ----------
    index : int
        The class, from 0.
    minus : int or None
        Explain what speaks for `index` rather than for this class.
    score : {'logit', 'probability'}
        What is measured of a class: before or after softmax.
    """

    index: int
    minus: int | None = None
    score: Score = "logit"

    def check(self, labels: tuple[str, ...]) -> None:
        """Compare with the classes.

        Raises
        ------
        ModelError
            There is no such class, or both are one.
        """
        for index in (self.index, self.minus):
            if index is not None and not 0 <= index < len(labels):
                raise ModelError(f"The class must be from 0 to {len(labels) - 1}; it was {index}.")
        if self.minus == self.index:
            raise ModelError("A difference needs two classes; both are the same.")

    def phrase(self, labels: tuple[str, ...]) -> str:
        """Return its name in a sentence, such as 'the logit of "cat"'."""
        first = f'the {self.score} of "{labels[self.index]}"'
        return first if self.minus is None else f'{first} minus that of "{labels[self.minus]}"'

    def of(self, logits: "Tensor", temperature: float) -> "Tensor":
        """Return the score (N,) of logits (N, classes)."""
        if self.score == "probability":
            logits = (logits / temperature).softmax(1)
        score = logits[:, self.index]
        return score if self.minus is None else score - logits[:, self.minus]


@dataclass(frozen=True, eq=False)
class Subject:
    """A network and what went in.

    Attributes
    ----------
    net : Module
        In evaluation mode, without gradients of its own.
    values : Tensor
        (1, C, H, W) float32, normalised, where the network is.
    mean, std : tuple of float
        Of each channel, for values 0..1; what was normalised with.
    labels : tuple of str
        The classes.
    name : str
        The model's, for sentences.
    temperature : float
        Divides logits before softmax.
    record : Module or None
        The network in one call, for whom its parts do not matter; None: there is `net` alone.
    traced : Traced or None
        The answer for `values`, ready for one way back.
    """

    net: "nn.Module"
    values: "Tensor"
    mean: tuple[float, ...]
    std: tuple[float, ...]
    labels: tuple[str, ...]
    name: str = "the network"
    temperature: float = 1.0
    record: "nn.Module | None" = None
    traced: "Traced | None" = None

    @classmethod
    def of(
        cls,
        classifier: "Classifier",
        picture: Image,
        display: Display | None = None,
        fit: "Fit | None" = None,
    ) -> "Subject":
        """Return what `classifier` sees of a picture; see `Classifier.predict`."""
        from visionlab.deep.preprocess import normalised, prepare

        how = classifier.card.preprocess
        values = normalised(prepare(picture, how, display, fit).seen, how)
        return cls._made(classifier, values.to(classifier.device))

    @classmethod
    def predicted(cls, classifier: "Classifier", prediction: "Prediction") -> "Subject":
        """Return what `classifier` saw when it made `prediction`."""
        from torch import from_numpy

        if prediction.traced is not None:
            return cls._made(classifier, prediction.traced.values, prediction.traced)
        values = from_numpy(prediction.values.copy("K"))[None]
        return cls._made(classifier, values.to(classifier.device))

    @classmethod
    def _made(
        cls, classifier: "Classifier", values: "Tensor", traced: "Traced | None" = None
    ) -> "Subject":
        card = classifier.card
        how = card.preprocess
        return cls(
            classifier.net, values, how.mean, how.std, card.labels,
            card.name, card.temperature, classifier.record, traced,
        )  # fmt: skip

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the input in pixels."""
        height, width = self.values.shape[2:]
        return height, width

    @property
    def seen(self) -> NDArray[np.uint8]:
        """The input as a picture, (H, W) or (H, W, 3) uint8."""
        values = self.values[0].permute(1, 2, 0).cpu().numpy()
        levels = (values * np.array(self.std) + np.array(self.mean)) * 255
        picture: NDArray[np.uint8] = np.clip(np.round(levels), 0, 255).astype(np.uint8)
        return picture[..., 0] if picture.shape[2] == 1 else picture

    def normalised(self, picture: Image) -> "Tensor":
        """Return values 0..255 such as those of `seen` as the network takes them.

        Parameters
        ----------
        picture : ndarray
            (..., h, w), and (..., h, w, 3) for a network of three channels.

        Returns
        -------
        Tensor
            (N, C, h, w); N is 1 for one picture.
        """
        from torch import from_numpy

        levels = picture[..., None] if len(self.mean) == 1 else picture
        values = (levels / 255 - np.array(self.mean)) / np.array(self.std)
        pictures = values.astype(np.float32).reshape(-1, *values.shape[-3:])
        return from_numpy(pictures).permute(0, 3, 1, 2).to(self.values.device)

    def phrase(self, target: Target) -> str:
        """Return the target's name in a sentence, such as 'the logit of "cat"'."""
        return target.phrase(self.labels)
