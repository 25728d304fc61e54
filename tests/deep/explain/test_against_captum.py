"""The same maps as Captum's, on networks with random weights and on those that come with it.

Every value agrees to 1e-4 of itself and 1e-5 of the map's largest; integrated gradients to 1e-4 of
the largest, since on their way a rectifier at its kink may fall to either side by rounding.
"""

import numpy as np
import pytest
import torch
from captum import attr as captum
from explain_nets import nets, settled, subject_of
from skimage import data
from sklearn.datasets import load_digits
from torch import nn

from visionlab.deep import zoo
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.layers import layers
from visionlab.deep.explain.subject import Subject, Target

pytestmark = pytest.mark.filterwarnings("ignore")  # Captum's own


def small():
    modules = [
        nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 3),
    ]  # fmt: skip
    return subject_of(settled(nn.Sequential(*modules)))


def bundled(name, picture):
    classifier = zoo.load(name, "cpu")
    return Subject.predicted(classifier, classifier.predict(picture))


MAKE = {
    "small": small,
    "plain": lambda: subject_of(nets()["plain"]),
    "residual": lambda: subject_of(nets()["residual"]),
    "digits": lambda: bundled("digits", load_digits().images[3].astype(np.uint8) * 15),
    "clothing": lambda: bundled("clothing", data.camera()),
    "pictures": lambda: bundled("pictures", data.chelsea()),
}
"""What is explained: networks with random weights, and the bundled models on real pictures."""


@pytest.fixture(params=list(MAKE))
def subject(request):
    return MAKE[request.param]()


def same(subject, name, expected, near=1e-5, **params):
    *_, found = catalogue()[name](subject, Target(1), **params)
    expected = expected.detach().numpy()
    scale = np.abs(expected).max()
    assert scale > 0
    np.testing.assert_allclose(found.values, expected, rtol=1e-4, atol=near * scale)


def start(subject):
    return subject.values.clone().requires_grad_()


SIGNED = {"over": "sum", "signed": True}


def test_saliency(subject):
    found = captum.Saliency(subject.net).attribute(start(subject), target=1)
    same(subject, "gradient", found[0].max(0)[0])


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("gradient_input", captum.InputXGradient),
        ("guided_backprop", captum.GuidedBackprop),
        ("deconvnet", captum.Deconvolution),
    ],
)
def test_gradients(subject, name, method):
    found = method(subject.net).attribute(start(subject), target=1)
    same(subject, name, found[0].sum(0), **SIGNED)


def test_integrated_gradients(subject):
    found = captum.IntegratedGradients(subject.net).attribute(
        subject.values, 0 * subject.values, target=1, n_steps=40, method="riemann_middle"
    )
    same(subject, "integrated_gradients", found[0].sum(0), 1e-4, against="mean", steps=40)


def test_deeplift():
    # Where a rectifier feeds a maximum or the other way round, Captum's shares do not sum to the
    # difference of the scores; so no two of them are neighbours here.
    modules = [
        nn.Conv2d(3, 6, 3), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 2),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 5), nn.Sigmoid(), nn.Linear(5, 3),
    ]  # fmt: skip
    subject = subject_of(settled(nn.Sequential(*modules)))
    found = captum.DeepLift(subject.net).attribute(subject.values, 0 * subject.values, target=1)
    same(subject, "deeplift", found[0].sum(0), against="mean")


def test_grad_cam(subject):
    name = layers(subject.net, subject.values)[-1].name
    layer = captum.LayerGradCam(subject.net, subject.net.get_submodule(name))
    found = layer.attribute(start(subject), target=1, relu_attributions=True)
    large = captum.LayerAttribution.interpolate(found, subject.size, "bilinear")
    same(subject, "grad_cam", large[0, 0], layer=name)


def test_occlusion(subject):
    channels = subject.values.shape[1]
    with torch.inference_mode():
        found = captum.Occlusion(subject.net).attribute(
            subject.values, (channels, 4, 4), strides=(channels, 4, 4), target=1, baselines=0,
            perturbations_per_eval=32,
        )  # fmt: skip
    same(subject, "occlusion", found[0].mean(0), patch=4, stride=4)
