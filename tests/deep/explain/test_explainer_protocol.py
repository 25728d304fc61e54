"""What holds for every explainer."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from explain_nets import LABELS, Recording, nets, settled, subject_of
from torch import nn

from visionlab.core.errors import ModelError, ParamError, VisionLabError
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.faithfulness import randomised
from visionlab.deep.explain.needs import why_not
from visionlab.deep.explain.subject import Subject, Target

QUICK = {
    "integrated_gradients": {"steps": 9},
    "smoothgrad": {"samples": 9},
    "rise": {"masks": 20, "cells": 4},
    "lime": {"samples": 20, "parts": 6, "compactness": 100.0},
    "kernel_shap": {"samples": 20, "parts": 6, "compactness": 100.0},
    "occlusion": {"patch": 3, "stride": 3},
}
EVERY = [one.id for one in catalogue()]
HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def run(name, subject, target=Target(1), **more):  # noqa: B008 - frozen
    return catalogue()[name](subject, target, **(QUICK.get(name, {}) | more))


def hooks(net):
    return [hook for part in net.modules() for kind in HOOKS for hook in getattr(part, kind)]


def test_all_methods_are_there_and_listed_without_torch():
    wanted = {
        "gradient", "gradient_input", "guided_backprop", "deconvnet", "integrated_gradients",
        "smoothgrad", "grad_cam", "grad_cam_plus_plus", "score_cam", "deeplift", "occlusion",
        "rise", "lime", "kernel_shap",
    }  # fmt: skip
    assert wanted <= set(EVERY)
    code = (
        "import sys; from visionlab.deep.explain import catalogue; "
        "print(len(list(catalogue())), *{'torch', 'cv2', 'skimage'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(len(EVERY))]


@pytest.mark.parametrize("name", EVERY)
def test_every_method_tells_what_it_is(name):
    explainer = catalogue()[name]
    assert explainer.summary.endswith(".")
    assert "References\n" in explainer.doc
    assert all(param.doc for param in explainer.params)
    assert explainer.group in catalogue().groups()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("net", ["plain", "residual", "functional"])
def test_maps_are_finite_and_get_finer(name, net):
    subject = subject_of(nets()[net])
    found = list(run(name, subject))
    progress = [one.progress for one in found]
    assert progress == sorted(progress)
    assert progress[-1] == 1
    for one in found:
        assert one.values.shape == (12, 12)
        assert one.values.dtype == np.float32
        assert np.isfinite(one.values).all()
        assert not one.values.flags.writeable
        assert '"dog"' in one.meaning
        assert one.meaning.endswith(".")
        assert one.signed or one.values.min() >= -1e-6 or name in ("rise", "occlusion")


@pytest.mark.parametrize("name", EVERY)
def test_the_same_seed_gives_the_same_map(name):
    subject = subject_of(nets()["residual"])
    first, second = ([one.values for one in run(name, subject)] for _ in range(2))
    assert len(first) == len(second)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_left_behind_and_nothing_holds_between_two_maps(name):
    net = nets()["residual"]
    subject = subject_of(net)
    before = subject.values.clone()
    weights = {key: value.clone() for key, value in net.state_dict().items()}
    work = run(name, subject)
    next(work)
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()
    assert not torch.overrides._get_current_function_mode_stack()
    assert not hooks(net)
    work.close()
    list(run(name, subject))
    assert not hooks(net)
    assert torch.equal(subject.values, before)
    assert not subject.values.requires_grad
    for key, value in net.state_dict().items():
        assert torch.equal(value, weights[key])
    assert all(p.grad is None and not p.requires_grad for p in net.parameters())
    assert not net.training


class Failing(nn.Module):
    """Fails at its second half."""

    def __init__(self, error):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.relu = nn.ReLU()
        self.error = error

    def forward(self, x):
        self.relu(self.conv(x))
        raise self.error


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("error", [ValueError("no"), RuntimeError("mat1 and mat2 differ")])
def test_a_failing_network_keeps_no_hook(name, error):
    net = settled(Failing(error))
    subject = subject_of(net)
    with pytest.raises((ModelError, ValueError)) as caught:
        list(run(name, subject))
    assert not hooks(net)
    if isinstance(error, RuntimeError):
        assert isinstance(caught.value, ModelError)
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("name", EVERY)
def test_numbers_that_are_not_finite_are_refused(name):
    net = nets()["plain"]
    net.fc.bias[0] = float("nan")
    with pytest.raises(VisionLabError, match="not finite"):
        list(run(name, subject_of(net)))
    assert not hooks(net)


@pytest.mark.parametrize("name", EVERY)
def test_grey_pictures_differences_and_probabilities_are_explained(name):
    subject = subject_of(nets(1)["plain"], channels=1)
    *_, last = run(name, subject, Target(0, minus=2, score="probability"))
    assert '"cat" minus that of "bird"' in last.meaning
    *_, one = run(name, subject, Target(0))
    assert not np.array_equal(one.values, last.values)


@pytest.mark.parametrize("name", EVERY)
def test_methods_work_where_gradients_are_switched_off(name):
    net = nets()["plain"]
    *_, usual = run(name, subject_of(net))
    with torch.inference_mode():
        *_, off = run(name, subject_of(net))
    np.testing.assert_array_equal(usual.values, off.values)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(3), "from 0 to 2; it was 3"),
        (Target(-1), "it was -1"),
        (Target(0, minus=7), "it was 7"),
        (Target(1, minus=1), "two classes"),
    ],
)
def test_classes_that_are_not_there_are_refused_at_once(target, words):
    with pytest.raises(ModelError, match=words):
        run("gradient", subject_of(nets()["plain"]), target)


def test_wrong_parameters_are_refused_at_once():
    subject = subject_of(nets()["plain"])
    with pytest.raises(ParamError, match="has no parameter"):
        run("gradient", subject, depth=3)
    with pytest.raises(ParamError, match="Stride must be from 1"):
        run("occlusion", subject, stride=0)
    with pytest.raises(ModelError, match="leave out the layer"):
        catalogue()["gradient"](subject, Target(0), "features.2")


def lacking():
    linear = settled(nn.Sequential(nn.Flatten(), nn.Linear(432, 3)))
    smooth = settled(nn.Sequential(nn.Conv2d(3, 3, 12), nn.SiLU(), nn.Flatten()))

    class Bare(nn.Module):
        def forward(self, x):
            return x.mean((2, 3))

    return linear, smooth, Bare().eval()


def test_what_a_network_lacks_is_said():
    linear, smooth, bare = lacking()
    every = catalogue()
    assert "convolution" in why_not(linear, every["grad_cam"])
    assert "rectifiers" in why_not(smooth, every["guided_backprop"])
    assert "gradients" in why_not(bare, every["gradient"])
    assert not why_not(linear, every["gradient"])
    for name in ("rise", "lime", "kernel_shap", "occlusion"):
        assert not why_not(bare, every[name])
        assert list(run(name, subject_of(bare)))
    with pytest.raises(ModelError, match="Grad-CAM cannot explain Net: it looks at"):
        run("grad_cam", subject_of(linear))
    with pytest.raises(ModelError, match="no rectifiers"):
        list(run("smoothgrad", subject_of(linear), of="guided backprop"))


class Small(nn.Module):
    """Has memory for so many pictures at once."""

    def __init__(self, room, error):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 12)
        self.room, self.error, self.largest = room, error, 0

    def forward(self, x):
        if len(x) > self.room:
            raise self.error
        self.largest = max(self.largest, len(x))
        return torch.relu(self.conv(x)).flatten(1)


FULL = [
    torch.OutOfMemoryError("CUDA out of memory"),
    RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
]


@pytest.mark.parametrize("error", FULL)
@pytest.mark.parametrize("name", ["rise", "lime", "smoothgrad"])
def test_too_little_memory_halves_the_batch(name, error):
    net, roomy = settled(Small(3, error)), settled(Small(1000, error))
    *_, found = run(name, subject_of(net))
    *_, expected = run(name, subject_of(roomy))
    assert 1 <= net.largest <= 3
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("error", FULL)
def test_no_memory_for_a_single_picture_is_said(error):
    with pytest.raises(ModelError, match="too little memory"):
        list(run("smoothgrad", subject_of(settled(Small(0, error)))))


def test_labels_that_do_not_fit_are_refused():
    subject = replace(subject_of(nets()["plain"]), labels=(*LABELS, "fish"))
    with pytest.raises(ModelError, match="labels ask for 4"):
        list(run("gradient", subject))


def test_a_subject_knows_what_the_network_saw():
    subject = subject_of(Recording((3, 12, 12)))
    levels = (subject.values[0].permute(1, 2, 0) * 0.25 + 0.4).numpy() * 255
    np.testing.assert_array_equal(subject.seen, np.round(levels).astype(np.uint8))
    torch.testing.assert_close(subject.normalised(subject.seen), subject.values)


def test_a_classifiers_prediction_is_explained_on_the_same_input():
    from visionlab.deep import zoo

    classifier = zoo.load("digits", "cpu")
    picture = np.zeros((40, 50), np.uint8)
    picture[5:35, 22:28] = 220
    prediction = classifier.predict(picture)
    subjects = Subject.of(classifier, picture), Subject.predicted(classifier, prediction)
    for subject in subjects:
        np.testing.assert_array_equal(subject.values[0].numpy(), prediction.values)
        np.testing.assert_array_equal(subject.seen, prediction.seen)
        assert subject.labels == prediction.labels


def test_an_onnx_network_is_explained_without_gradients(tmp_path):
    pytest.importorskip("onnxruntime", reason="onnxruntime (an optional extra) is not installed")
    from onnx_writer import linear

    from visionlab.deep.card import ModelCard, Preprocess
    from visionlab.deep.model import Classifier
    from visionlab.deep.onnx_net import OnnxNet

    path = tmp_path / "net.onnx"
    path.write_bytes(linear(np.array([[4.0, 0.0, -4.0], [0.0, 1.0, 0.0]]), np.array([0.0, 0.1])))
    how = Preprocess(4, 3, (0.0,) * 3, (1.0,) * 3, resize=4)
    card = ModelCard("own", "Own", "onnx", "net.onnx", ("a", "b"), how)
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[0, 0] = (255, 0, 0)
    subject = Subject.of(Classifier(card, OnnxNet(path, how)), picture)
    *_, found = catalogue()["occlusion"](subject, Target(0), patch=1, stride=1, against="black")
    # The red pixel is worth 4/16 of the logit.
    expected = np.zeros((4, 4))
    expected[0, 0] = 0.25
    np.testing.assert_allclose(found.values, expected, atol=1e-6)
    assert found.readings[1].value == (
        "whole pictures (networks from ONNX files cannot be followed inside)"
    )
    with pytest.raises(ModelError, match="show no weights"):
        list(randomised(subject, Target(0), catalogue()["occlusion"], "", {"patch": 1}))
    assert list(catalogue()["rise"](subject, Target(0), masks=10, cells=2))
    for name in ("gradient", "grad_cam", "guided_backprop", "deeplift", "smoothgrad"):
        with pytest.raises(ModelError, match="ONNX files have none"):
            catalogue()[name](subject, Target(0))
    with pytest.raises(ModelError, match="shows none"):
        catalogue()["score_cam"](subject, Target(0))


def test_controls_are_offered_where_they_matter():
    params = {(e.id, p.name): p for e in catalogue() for p in e.params}
    seed = params["occlusion", "seed"]
    assert not seed.active({"against": "mean"})
    assert seed.active({"against": "noise"})
    signed = params["smoothgrad", "signed"]
    assert signed.active({"squared": False})
    assert not signed.active({"squared": True})
