"""A small network and its answer, for what explains answers."""

import numpy as np
import pytest
import torch

from visionlab.core.image import as_image
from visionlab.deep.card import ModelCard, Preprocess
from visionlab.deep.model import Classifier
from visionlab.deep.nets.plain import PlainNet


@pytest.fixture(scope="module")
def classifier():
    """A network of random weights: grey pictures of 16 x 16 pixels, three classes."""
    torch.manual_seed(0)
    net = PlainNet(1, 3, widths=(4, 8), convs=1)
    how = Preprocess(16, 1, (0.5,), (0.25,), resize=16)
    card = ModelCard("small", "Small", "plain", "x.safetensors", ("a", "b", "c"), how)
    return Classifier(card, net)


@pytest.fixture(scope="module")
def prediction(classifier):
    """What it says of noise."""
    rng = np.random.default_rng(1)
    return classifier.predict(as_image(rng.integers(0, 256, (16, 16), np.uint8)))
