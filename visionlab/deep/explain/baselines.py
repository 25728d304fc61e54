"""What is put where something is taken away."""

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from visionlab.deep.explain.subject import Subject

if TYPE_CHECKING:
    from torch import Tensor

Baseline: TypeAlias = Literal["mean", "grey", "black", "white", "blur", "noise"]

PHRASES: dict[Baseline, str] = {
    "mean": "the training pictures' mean colour",
    "grey": "middle grey",
    "black": "black",
    "white": "white",
    "blur": "the blurred picture",
    "noise": "noise",
}
BLUR = 1 / 10
"""Standard deviation of the blur, as a part of the picture's longer side."""


def baseline(subject: Subject, kind: Baseline, seed: int = 0) -> "Tensor":
    """Return a picture without content, (1, C, H, W), normalised.

    Parameters
    ----------
    subject : Subject
        Its network and input.
    kind : {'mean', 'grey', 'black', 'white', 'blur', 'noise'}
        'mean' is 0 for the network; 'noise' is uniform, the same for the same seed.
    seed : int
        Of the noise.
    """
    import torch

    if kind == "mean":
        return torch.zeros_like(subject.values)
    seen = subject.seen
    if kind == "blur":
        import cv2

        sigma = BLUR * max(subject.size)
        blurred = cv2.GaussianBlur(seen, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        return subject.normalised(blurred)
    if kind == "noise":
        return subject.normalised(np.random.default_rng(seed).integers(0, 256, seen.shape))
    level = {"black": 0.0, "grey": 127.5, "white": 255.0}[kind]
    return subject.normalised(np.full(seen.shape, level, np.float32))
