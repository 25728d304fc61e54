"""An answer that is kept with its record explains as one that is asked for anew."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch
from skimage import data

from visionlab.deep import zoo
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.layers import layers
from visionlab.deep.explain.subject import Subject, Target


@pytest.fixture(scope="module")
def classifier():
    return zoo.load("clothing", "cpu")


def finest(subject, name):
    *_, found = catalogue()[name](subject, Target(2))
    return found.values


@pytest.mark.parametrize(
    "name", ["gradient", "gradient_input", "guided_backprop", "deconvnet", "grad_cam"]
)
def test_the_same_map_with_and_without(classifier, name):
    plain = classifier.predict(data.camera())
    kept = classifier.predict(data.camera(), trace=True)
    assert plain.traced is None
    assert kept.traced is not None
    np.testing.assert_allclose(kept.logits, plain.logits, rtol=1e-4, atol=1e-4)
    expected = finest(Subject.predicted(classifier, plain), name)
    subject = Subject.predicted(classifier, kept)
    for _ in range(2):  # the record is good for one way back; then the network is asked again
        found = finest(subject, name)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("name", ["grad_cam", "grad_cam_plus_plus"])
def test_maps_that_were_kept_serve_each_layer(classifier, name):
    """As close to double precision as PyTorch's own record; where it is off itself, so is this."""
    plain = classifier.predict(data.camera())
    asked_anew = Subject.predicted(classifier, plain)
    in_double = replace(
        asked_anew, net=deepcopy(classifier.net).double(), values=asked_anew.values.double()
    )
    names = tuple(layer.name for layer in layers(classifier.net, asked_anew.values))
    assert len(names) > 2
    for layer in (*names, ""):
        kept = classifier.predict(data.camera(), trace=True, layers=names)
        assert kept.traced.back(kept.traced.values, torch.Tensor.sum, "no such layer") is None
        np.testing.assert_allclose(kept.logits, plain.logits, rtol=1e-4, atol=1e-4)
        subjects = (Subject.predicted(classifier, kept), asked_anew, in_double)
        maps = [[*catalogue()[name](subject, Target(2), layer)][-1] for subject in subjects]
        found, usual, true = (one.values for one in maps)
        off = 2e-6 * np.abs(true).max() + 5 * np.abs(usual - true).max()
        np.testing.assert_allclose(found, true, rtol=0, atol=max(off, 1e-12))
        assert kept.traced.back(kept.traced.values, torch.Tensor.sum) is None  # it was used


def test_the_record_serves_what_it_is_of(classifier):
    subject = Subject.predicted(classifier, classifier.predict(data.camera(), trace=True))
    other = replace(subject, values=subject.values + 0.5)
    expected = finest(replace(other, traced=None), "gradient")
    np.testing.assert_array_equal(finest(other, "gradient"), expected)
    assert np.abs(finest(subject, "gradient") - expected).max() > 0


def test_once_taken_it_is_gone(classifier):
    kept = classifier.predict(data.camera(), trace=True).traced
    with torch.enable_grad():
        begun, gradient, scores = kept.back(kept.values, lambda logits: logits[:, 2])
    assert torch.equal(begun, kept.values)
    assert gradient.shape == begun.shape
    assert scores.shape == (1,)
    assert kept.back(kept.values, torch.Tensor.sum) is None


def test_networks_without_gradients_keep_none():
    classifier = zoo.load("digits", "cpu")
    classifier.differentiable = False
    assert classifier.predict(data.camera(), trace=True).traced is None
