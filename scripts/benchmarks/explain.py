"""Gradient methods against one bare forward and backward pass of the picture classifier."""

import common
import numpy as np
import torch

from visionlab.core.image import as_image
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.subject import Subject, Target
from visionlab.deep.zoo import load
from visionlab.runtime.threads import network_threads

METHODS = ("gradient", "guided_backprop", "grad_cam")


def main() -> None:
    """Measure."""
    classifier = load("pictures", threads=network_threads())
    rng = np.random.default_rng(0)
    picture = as_image(rng.integers(0, 256, (64, 64, 3), np.uint8))
    subject = Subject.of(classifier, picture)

    def bare() -> None:
        x = subject.values.clone().requires_grad_()
        torch.autograd.grad(classifier.net(x)[0, 0], x)

    def explain(method: str) -> None:
        for _ in catalogue()[method](subject, Target(0)):
            pass

    common.report([
        common.figure(
            f"{method} / bare forward and backward",
            common.ratio(lambda method=method: explain(method), bare, 100),  # type: ignore[misc]
            "x", "at most 1.1",
        )
        for method in METHODS
    ])  # fmt: skip


if __name__ == "__main__":
    main()
