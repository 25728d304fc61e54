"""ONNX networks: known answers, one file only, and a sentence for whatever does not fit."""

import sys
from contextlib import suppress

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx_writer import (
    external_tensor,
    field,
    graph,
    graph_attribute,
    linear,
    model,
    node,
    tensor,
    tensor_attribute,
    value_info,
)

from visionlab.core.errors import ModelError
from visionlab.core.image import as_image
from visionlab.deep import onnx_net
from visionlab.deep.card import ModelCard, Preprocess
from visionlab.deep.model import Classifier
from visionlab.deep.onnx_file import check_onnx, ends_with_softmax
from visionlab.deep.onnx_net import OnnxNet

RGB = Preprocess(4, 3, (0.0,) * 3, (1.0,) * 3, resize=4)
WEIGHT = np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.5]])
BIAS = np.array([0.25, -1.0])
PICTURES = torch.rand(5, 3, 4, 4, generator=torch.Generator().manual_seed(0))
LOGITS = torch.from_numpy(PICTURES.numpy().mean((2, 3)) @ WEIGHT.T + BIAS).float()


@pytest.fixture(autouse=True)
def _onnxruntime():
    pytest.importorskip("onnxruntime", reason="onnxruntime (an optional extra) is not installed")


def opened(tmp_path, data, preprocess=RGB, **options):
    path = tmp_path / "net.onnx"
    path.write_bytes(data)
    return OnnxNet(path, preprocess, **options)


def refused(tmp_path, data, preprocess=RGB):
    with pytest.raises(ModelError) as caught:
        opened(tmp_path, data, preprocess)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("batch", ["N", 1])
def test_logits_are_those_of_the_formula(tmp_path, batch, count):
    net = opened(tmp_path, linear(WEIGHT, BIAS, shape=(batch, 3, 4, 4)), threads=1)
    torch.testing.assert_close(net(PICTURES[:count]), LOGITS[:count])


def test_channels_last_pictures_are_not_mixed_up(tmp_path):
    net = opened(tmp_path, linear(WEIGHT, BIAS))
    pictures = PICTURES.to(memory_format=torch.channels_last)
    torch.testing.assert_close(net(pictures), LOGITS)


def test_probabilities_come_back_as_logits_of_the_same_probabilities(tmp_path):
    data = linear(WEIGHT, BIAS, softmax=True)
    assert ends_with_softmax(data, "net.onnx")
    assert not ends_with_softmax(linear(WEIGHT, BIAS), "net.onnx")
    torch.testing.assert_close(opened(tmp_path, data)(PICTURES).softmax(1), LOGITS.softmax(1))


def test_a_classifier_of_it_predicts_but_has_no_gradients(tmp_path):
    net = opened(tmp_path, linear(WEIGHT, BIAS))
    card = ModelCard("own", "Own", "onnx", "net.onnx", ("a", "b"), RGB)
    classifier = Classifier(card, net)
    assert not classifier.differentiable
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[..., 0] = 255
    prediction = classifier.predict(as_image(picture))
    # Red is 1, green and blue 0: the first column of the weights, plus the bias.
    np.testing.assert_allclose(prediction.logits, [1.25, 1.0])
    assert prediction.top(1)[0].label == "a"


# Other files

OUTSIDE = external_tensor("w", (2, 3), "../secret.bin")
BRANCH = graph([node("Constant", [], ["o"], tensor_attribute("value", OUTSIDE))], [], [])
IDENTITY = [node("Identity", ["x"], ["y"])]
PLACES = {
    "initializer": linear(WEIGHT, BIAS, initializers=[OUTSIDE, tensor("b", BIAS)]),
    "attribute": model(graph([node("Constant", [], ["w"], tensor_attribute("value", OUTSIDE))],
                             [], [])),
    "list of tensors": model(graph([node("C", [], ["w"], field(1, "v") + field(10, OUTSIDE))],
                                   [], [])),
    "branch": model(graph([node("If", ["c"], ["w"], graph_attribute("then_branch", BRANCH))],
                          [], [])),
    "list of graphs": model(graph([node("C", [], ["w"], field(1, "v") + field(11, BRANCH))],
                                  [], [])),
    "sparse values": model(graph([], [], []) + field(15, field(1, OUTSIDE))),
    "sparse attribute": model(graph([node("C", [], ["w"], field(22, field(2, OUTSIDE)))], [], [])),
    "function": model(graph(IDENTITY, [], []), field(25, field(7, node(
        "Constant", [], ["w"], tensor_attribute("value", OUTSIDE))))),
    "training": model(graph(IDENTITY, [], []), field(20, field(1, BRANCH))),
    "location alone": model(graph([], [], [], [field(8, "w") + field(14, 1)])),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_weights_in_other_files_are_refused_wherever_they_hide(tmp_path, place):
    (tmp_path / "secret.bin").write_bytes(bytes(24))
    sentence = refused(tmp_path, PLACES[place])
    assert "keeps weights in other files, which are not read" in sentence
    assert "save_as_external_data=False" in sentence


# What does not fit


def test_inputs_of_another_shape_are_named(tmp_path):
    sentence = refused(tmp_path, linear(WEIGHT, BIAS, shape=("N", 3, 8, 8)))
    assert sentence == (
        "net.onnx takes Nx3x8x8 tensor(float); the preprocessing gives 1x3x4x4 tensor(float)."
    )
    grey = Preprocess(4, 1, (0.0,), (1.0,), resize=4)
    assert "takes Nx3x4x4" in refused(tmp_path, linear(WEIGHT, BIAS), grey)
    assert "takes 4x3x4x4" in refused(tmp_path, linear(WEIGHT, BIAS, shape=(4, 3, 4, 4)))


def test_inputs_of_another_type_or_number_are_named(tmp_path):
    whole = model(graph(IDENTITY, [value_info("x", (1, 3, 4, 4), kind=7)],
                        [value_info("y", (1, 3, 4, 4), kind=7)]))  # fmt: skip
    assert "tensor(int64)" in refused(tmp_path, whole)
    two = model(graph([node("Add", ["x", "z"], ["y"])],
                      [value_info("x", (1, 3, 4, 4)), value_info("z", (1, 3, 4, 4))],
                      [value_info("y", (1, 3, 4, 4))]))  # fmt: skip
    assert "has 2 inputs" in refused(tmp_path, two)


def test_unknown_operators_are_a_sentence(tmp_path):
    odd = model(graph([node("Frobnicate", ["x"], ["y"])], [value_info("x", (1, 3, 4, 4))],
                      [value_info("y", (1, 2))]))  # fmt: skip
    assert "Frobnicate" in refused(tmp_path, odd)


def test_labels_of_another_number_are_named(tmp_path):
    net = opened(tmp_path, linear(WEIGHT, BIAS))
    card = ModelCard("own", "Own", "onnx", "net.onnx", ("a", "b", "c"), RGB)
    with pytest.raises(ModelError, match="its labels ask for 3 each"):
        Classifier(card, net).logits(PICTURES)


def test_other_files_are_no_onnx(tmp_path):
    for data in (b"", b"hello there", b"\x80\x02}.", bytes(100), b"PK\x03\x04" + bytes(60)):
        assert "no ONNX model" in refused(tmp_path, data)
    assert "onnxruntime's own format" in refused(tmp_path, b"\x20\0\0\0ORTM" + bytes(60))


def test_truncated_models_are_refused(tmp_path):
    data = linear(WEIGHT, BIAS)
    for length in range(0, len(data) - 20, 5):
        refused(tmp_path, data[:length])


def test_deep_nests_are_refused_and_do_not_end_the_stack(tmp_path):
    inner = graph([], [], [])
    for _ in range(300):
        inner = graph([node("If", ["c"], ["w"], graph_attribute("then_branch", inner))], [], [])
    assert "damaged" in refused(tmp_path, model(inner))


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4))
@settings(max_examples=300, deadline=None)
def test_changed_bytes_are_a_sentence_or_pass(changes):
    data = bytearray(linear(WEIGHT, BIAS, softmax=True))
    for at, value in changes:
        data[at % len(data)] = value
    with suppress(ModelError):
        check_onnx(bytes(data), "net.onnx")
        ends_with_softmax(bytes(data), "net.onnx")


def test_a_model_that_asks_for_endless_memory_is_a_sentence(tmp_path):
    count = tensor("", np.array([1_200_000_000], np.int64))  # 4.8 GB
    greedy = graph(
        [
            node("Constant", [], ["s"], tensor_attribute("value", count)),
            node("ConstantOfShape", ["s"], ["c"]),
            node("ReduceSum", ["c"], ["r"]),
            node("Add", ["x", "r"], ["y"]),
        ],
        [value_info("x", (1, 3, 4, 4))],
        [value_info("y", (1, 3, 4, 4))],
    )
    net = opened(tmp_path, model(greedy))
    with pytest.raises(ModelError, match="The ONNX network failed"):
        net(PICTURES[:1])


def test_without_onnxruntime_a_sentence_tells_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setattr(onnx_net, "_onnxruntime", onnx_net._onnxruntime.__wrapped__)
    sentence = refused(tmp_path, linear(WEIGHT, BIAS))
    assert 'pip install "visionlab[onnx]"' in sentence
