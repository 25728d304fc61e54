"""The same maps as Captum's, where it is installed."""

import numpy as np
import pytest
import torch
from explain_nets import settled, subject_of
from torch import nn

from visionlab.deep.explain import catalogue
from visionlab.deep.explain.subject import Target

pytestmark = pytest.mark.filterwarnings("ignore")  # Captum's own
captum = pytest.importorskip("captum.attr")


@pytest.fixture
def subject():
    layers = [
        nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 3),
    ]  # fmt: skip
    return subject_of(settled(nn.Sequential(*layers)))


def same(subject, name, expected, **params):
    *_, found = catalogue()[name](subject, Target(1), **params)
    expected = expected.detach().numpy()
    scale = np.abs(expected).max()
    assert scale > 0
    np.testing.assert_allclose(found.values, expected, rtol=1e-4, atol=1e-5 * scale)


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
    same(subject, "integrated_gradients", found[0].sum(0), against="mean", steps=40)


def test_deeplift():
    # Where a rectifier feeds a maximum or the other way round, Captum's shares do not sum to the
    # difference of the scores; so no two of them are neighbours here.
    layers = [
        nn.Conv2d(3, 6, 3), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 2),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 5), nn.Sigmoid(), nn.Linear(5, 3),
    ]  # fmt: skip
    subject = subject_of(settled(nn.Sequential(*layers)))
    found = captum.DeepLift(subject.net).attribute(subject.values, 0 * subject.values, target=1)
    same(subject, "deeplift", found[0].sum(0), against="mean")


def test_grad_cam(subject):
    layer = captum.LayerGradCam(subject.net, subject.net[5])
    found = layer.attribute(start(subject), target=1, relu_attributions=True)
    large = captum.LayerAttribution.interpolate(found, (12, 12), "bilinear")
    same(subject, "grad_cam", large[0, 0], layer="5")


def test_occlusion(subject):
    with torch.inference_mode():
        found = captum.Occlusion(subject.net).attribute(
            subject.values, (3, 3, 3), strides=(3, 3, 3), target=1, baselines=0
        )
    same(subject, "occlusion", found[0].mean(0), patch=3, stride=3)
