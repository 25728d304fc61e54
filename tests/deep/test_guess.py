"""What a file of weights tells of itself, from its names, shapes, checksum or card."""

import json

import numpy as np
import pytest
import safetensors.torch
import torch
from onnx_writer import field, linear, model, node, tensor, value_info

from visionlab.core.errors import ModelError
from visionlab.deep import guess, own_model
from visionlab.deep.card import ModelCard, Preprocess, write_card
from visionlab.deep.families import SUFFIXES, TITLES, TORCHVISION, extra, needs
from visionlab.deep.guess import Guess, feeding, of_onnx, of_weights
from visionlab.deep.nets.architectures import ARCHITECTURES, build
from visionlab.deep.onnx_file import declared_shapes
from visionlab.deep.shelf import shelf

HOW = Preprocess(8, 3, (0.5,) * 3, (0.5,) * 3, resize=8)


def shapes(net):
    return {key: tuple(value.shape) for key, value in net.state_dict().items()}


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("architecture", "arguments"),
    [
        ("plain", {"widths": [4], "convs": 1}),
        ("plain", {"widths": [4, 4, 8], "convs": 1}),
        ("plain", {"widths": [16, 32, 64], "convs": 2}),
        ("plain", {"widths": [3, 5], "convs": 4}),
        ("residual", {"widths": [4], "blocks": 1}),
        ("residual", {"widths": [4, 8, 8, 16], "blocks": 2}),
        ("residual", {"widths": [4, 8], "blocks": 3}),
        ("residual", {"widths": [4, 8], "blocks": 2, "inner": [6, 8]}),
    ],
)
def test_own_networks_are_told_so_that_they_can_be_built_again(channels, architecture, arguments):
    ends = {"in_channels": channels, "classes": 7}
    found = of_weights(shapes(build(architecture, arguments | ends)))
    assert found == Guess(architecture, arguments, channels, 7)


def test_the_order_of_the_names_does_not_matter():
    net = build("plain", {"in_channels": 3, "classes": 5, "widths": [4, 8], "convs": 2})
    backwards = dict(reversed(shapes(net).items()))
    assert of_weights(backwards).arguments == {"widths": [4, 8], "convs": 2}


@pytest.mark.parametrize("name", TORCHVISION)
def test_the_networks_of_torchvision_are_told_apart(name):
    pytest.importorskip("torchvision", reason="an extra that is not installed")
    with torch.device("meta"):
        found = of_weights(shapes(build(name, {"classes": 9})))
    assert found == Guess(name, {}, 3, 9)


# The names and shapes below are those of the published files.
RESNET = {"conv1.weight": (64, 3, 7, 7), "layer4.0.conv1.weight": (512, 256, 3, 3),
          "layer4.1.conv1.weight": (512, 512, 3, 3), "fc.bias": (1000,)}  # fmt: skip
DEEPER = {**RESNET, "layer4.2.conv1.weight": (512, 512, 3, 3)}
BOTTLENECK = {**DEEPER, "layer1.0.conv3.weight": (256, 64, 1, 1)}


def features(places, first=(64, 3, 3, 3), **more):
    found = {f"features.{at}.weight": (64, 64, 3, 3) for at in places}
    return {**found, "features.0.weight": first, "classifier.6.weight": (1000, 4096),
            "classifier.6.bias": (1000,), **more}  # fmt: skip


VGG11, VGG16 = (0, 3, 6, 8, 11, 13, 16, 18), (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
MEAN = {"features.1.running_mean": (64,)}
FIRE = {"features.3.squeeze.weight": (16, 64, 1, 1), "classifier.1.bias": (1000,),
        "classifier.1.weight": (1000, 512, 1, 1)}  # fmt: skip
MOBILE = {"features.0.0.weight": (16, 3, 3, 3), "classifier.3.weight": (1000, 1024),
          "classifier.3.bias": (1000,)}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("resnet18", RESNET), ("resnet34", DEEPER), ("resnet50", BOTTLENECK),
        ("vgg11", features(VGG11)), ("vgg16", features(VGG16)),
        ("vgg11_bn", features(VGG11, **MEAN)), ("vgg16_bn", features(VGG16, **MEAN)),
        ("alexnet", features((0, 3, 6, 8, 10), (64, 3, 11, 11))),
        ("squeezenet1_0", {**FIRE, "features.0.weight": (96, 3, 7, 7)}),
        ("squeezenet1_1", {**FIRE, "features.0.weight": (64, 3, 3, 3)}),
        ("mobilenet_v3_small", MOBILE),
        ("mobilenet_v3_large", {**MOBILE, "features.16.0.weight": (960, 160, 1, 1)}),
    ],
)  # fmt: skip
def test_published_weights_are_told_without_torchvision(name, found):
    assert of_weights(found) == Guess(name, {}, 3, 1000)


@pytest.mark.parametrize(
    "found",
    [{}, {"a": ()}, {"fc.bias": (3,)}, {**BOTTLENECK, "layer3.6.conv1.weight": (1, 1, 1, 1)},
     features((0, 2, 5)), {"features.0.weight": (1,), "features.x.weight": (1, 2, 3, 4)}],
)  # fmt: skip
def test_other_networks_are_not_guessed(found):
    assert of_weights(found) == Guess()


def test_every_architecture_has_a_title():
    assert set(TITLES) == {*ARCHITECTURES, "onnx"}
    assert own_model.SUFFIXES is SUFFIXES
    assert needs("plain") == ""
    assert extra("onnxruntime") == "visionlab[onnx]"
    assert extra("torchvision") == "visionlab[torchvision]"


def test_an_onnx_model_tells_its_input_and_its_classes():
    data = linear(np.eye(3), np.zeros(3), shape=("N", 3, 16, 16))
    assert declared_shapes(data, "n") == ([(-1, 3, 16, 16)], [(-1, 3)])
    assert of_onnx(*declared_shapes(data, "n")) == Guess("onnx", {}, 3, 3, 16)
    free = linear(np.eye(3), np.zeros(3), shape=("N", 3, "H", "W"))
    assert of_onnx(*declared_shapes(free, "n")) == Guess("onnx", {}, 3, 3, 0)


def test_weights_that_an_old_onnx_model_lists_as_inputs_are_none():
    inputs = [value_info("x", (1, 1, 28, 28)), value_info("w", (10, 784))]
    outputs = [value_info("y", (1, 10))]
    graph = (field(2, "g") + field(1, node("Gemm", ["x", "w"], ["y"]))
             + field(5, tensor("w", np.zeros((10, 784))))
             + b"".join(field(11, i) for i in inputs) + field(12, outputs[0]))  # fmt: skip
    found = declared_shapes(model(graph), "n")
    assert found == ([(1, 1, 28, 28)], [(1, 10)])
    assert of_onnx(*found) == Guess("onnx", {}, 1, 10, 28)


@pytest.mark.parametrize("data", [b"", b"\x0a", field(7, 3), field(7, field(11, 5))])
def test_damaged_onnx_models_are_a_sentence(data):
    with pytest.raises(ModelError, match="is damaged, or no ONNX model"):
        declared_shapes(data, "n.onnx")


def test_pictures_are_fed_as_such_networks_are_most_often():
    torch_vision = feeding(Guess("resnet18", {}, 3, 1000))
    assert (torch_vision.size, torch_vision.resize, torch_vision.fit) == (224, 256, "crop")
    assert (torch_vision.mean, torch_vision.std) == guess.IMAGENET
    digits = feeding(Guess("plain", {}, 1, 10))
    assert (digits.size, digits.resize, digits.fit, digits.mean) == (28, 28, "pad", (0.1307,))
    assert feeding(Guess("onnx", {}, 3, 5, 96)).size == 96
    assert feeding(Guess("residual", {}, 3, 5)).size == 64
    assert feeding(Guess()).channels == 3


# Files


@pytest.fixture
def weights(tmp_path):
    net = build("residual", {"in_channels": 3, "classes": 2, "widths": [4], "blocks": 1})
    path = tmp_path / "net.safetensors"
    safetensors.torch.save_file(net.state_dict(), path)
    return path


def card(path, **changes):
    given = {"id": "net", "name": "Net", "architecture": "residual", "labels": ("a", "b"),
             "arguments": {"in_channels": 3, "classes": 2, "widths": [4], "blocks": 1},
             "weights": path.name, "preprocess": HOW, "temperature": 2.0, **changes}  # fmt: skip
    return ModelCard(**given)


def test_a_card_beside_the_weights_answers_all_questions(weights, tmp_path):
    write_card(card(weights), weights.with_suffix(".json"))
    found = own_model.look_at(weights)
    assert (found.origin, found.card) == ("card", card(weights))
    assert feeding(found) == HOW
    added = own_model.add_card(tmp_path / "own", found.card, weights)
    assert added.card.temperature == 2.0
    assert shelf(tmp_path / "own").models[-1].card == added.card


def test_some_other_json_file_beside_the_weights_is_no_card(weights):
    weights.with_suffix(".json").write_text(json.dumps({"accuracy": 0.9}))
    assert own_model.look_at(weights) == Guess("residual", {"widths": [4], "blocks": 1}, 3, 2)
    write_card(card(weights, weights="other.pt"), weights.with_suffix(".json"))
    assert own_model.look_at(weights).card is None


def test_weights_that_are_not_those_of_the_card_are_refused(weights, tmp_path):
    with pytest.raises(ModelError, match="damaged or was changed"):
        own_model.add_card(tmp_path / "own", card(weights, sha256="0" * 64), weights)
    assert not (tmp_path / "own").exists()


def test_what_cannot_be_read_is_a_sentence(tmp_path):
    with pytest.raises(ModelError, match="cannot be read"):
        own_model.look_at(tmp_path / "none.pt")
    (tmp_path / "text.pt").write_text("hello there")
    with pytest.raises(ModelError, match="is no file of weights"):
        own_model.look_at(tmp_path / "text.pt")
    (tmp_path / "bad.onnx").write_bytes(b"\x07\x07")
    with pytest.raises(ModelError, match="damaged, or no ONNX model"):
        own_model.look_at(tmp_path / "bad.onnx")
