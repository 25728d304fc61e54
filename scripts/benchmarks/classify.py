"""The picture classifier against the bare network: one picture, and in batches."""

import common
import numpy as np
import torch

from visionlab.core.image import as_image
from visionlab.deep.data.dataset import Dataset
from visionlab.deep.evaluate import BATCH, logits_of
from visionlab.deep.model import Classifier
from visionlab.deep.preprocess import normalised, prepare
from visionlab.deep.zoo import load
from visionlab.runtime.threads import network_threads

MODEL = "pictures"


def single(classifier: Classifier) -> float:
    """Return one 720p picture, from its array to the top five, over the bare network."""
    rng = np.random.default_rng(0)
    picture = as_image(rng.integers(0, 256, (720, 1280, 3), np.uint8))
    how = classifier.card.preprocess
    x = normalised(prepare(picture, how).seen, how)

    def bare() -> None:
        with torch.inference_mode():
            classifier.net(x)

    return common.ratio(lambda: classifier.predict(picture).top(5), bare, 200)


def batches(classifier: Classifier) -> float:
    """Return the rate of an evaluation over that of the bare network on ready batches."""
    how = classifier.card.preprocess
    images = torch.randint(0, 256, (2 * BATCH, how.channels, how.size, how.size), dtype=torch.uint8)
    data = Dataset(images, torch.zeros(len(images), dtype=torch.int64), classifier.card.labels)
    x = torch.rand(BATCH, how.channels, how.size, how.size)
    x = x.contiguous(memory_format=torch.channels_last)

    def bare() -> None:
        with torch.inference_mode():
            for _ in range(2):
                classifier.net(x)

    return 1 / common.ratio(lambda: logits_of(classifier, data), bare, 9)


def main() -> None:
    """Measure."""
    classifier = load(MODEL, threads=network_threads())
    common.report([
        common.figure("array to top-5 / bare network", single(classifier), "x", "at most 1.15"),
        common.figure("evaluation / bare batches, rate", batches(classifier), "", "at least 0.9"),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
