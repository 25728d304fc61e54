"""The person's own models: a card beside a copy, or one sentence and nothing at all."""

import hashlib
import shutil
import sys

import numpy as np
import pytest
import safetensors.torch
import torch
from onnx_writer import linear
from state_dicts import ARGUMENTS, Touch, pickled

from visionlab.core import assets
from visionlab.core.errors import ModelError
from visionlab.core.image import as_image
from visionlab.deep import own_model, torchvision_nets
from visionlab.deep.card import Preprocess
from visionlab.deep.nets.architectures import build
from visionlab.deep.own_model import add_model, add_torchvision, fetch_torchvision
from visionlab.deep.shelf import shelf
from visionlab.deep.zoo import load

RGB = Preprocess(16, 3, (0.5,) * 3, (0.5,) * 3, resize=16)
LABELS = ("ant", "bee", "cat", "dog", "elk")
SHAPE = {"widths": [4, 8], "blocks": 1}


@pytest.fixture(autouse=True)
def _nothing_bundled(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "package")


@pytest.fixture
def own(tmp_path):
    return tmp_path / "own" / "models"


@pytest.fixture
def net():
    torch.manual_seed(3)
    return build("residual", ARGUMENTS).eval()


@pytest.fixture
def weights(tmp_path, net):
    path = tmp_path / "My Net.safetensors"
    safetensors.torch.save_file(net.state_dict(), path)
    return path


def add(own, weights, **changes):
    given = {"architecture": "residual", "labels": LABELS, "preprocess": RGB, "name": "My Net (2)",
             "arguments": SHAPE, **changes}  # fmt: skip
    return add_model(own, weights, **given)


def refused(own, weights, **changes):
    before = sorted(own.iterdir()) if own.exists() else []
    with pytest.raises(ModelError) as caught:
        add(own, weights, **changes)
    assert (sorted(own.iterdir()) if own.exists() else []) == before
    return str(caught.value)


def picture(channels):
    shape = (20, 20, 3) if channels == 3 else (20, 20)
    return as_image(np.random.default_rng(0).integers(0, 256, shape, np.uint8))


def test_an_added_model_answers_as_the_network_does(own, weights, net):
    added = add(own, weights)
    assert added.card.id == "my-net-2"
    assert added.weights.read_bytes() == weights.read_bytes()
    assert added.card.sha256 == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert added.card.parameters == sum(p.numel() for p in net.parameters())
    assert [model.card for model in shelf(own).models] == [added.card]
    weights.unlink()  # the copy serves alone
    prediction = load("my-net-2", "cpu", own=own).predict(picture(3))
    with torch.inference_mode():
        expected = net(torch.from_numpy(prediction.values)[None])[0]
    np.testing.assert_allclose(prediction.logits, expected, rtol=1e-4, atol=1e-6)
    assert prediction.labels == LABELS


@pytest.mark.parametrize("model_channels", [1, 3])
@pytest.mark.parametrize("picture_channels", [1, 3])
def test_grey_and_colour_pictures_go_into_grey_and_colour_networks(
    own, tmp_path, model_channels, picture_channels
):
    net = build("plain", {"in_channels": model_channels, "classes": 5, "widths": [4]})
    torch.save(net.state_dict(), tmp_path / "net.pt")
    how = Preprocess(16, model_channels, (0.5,) * model_channels, (0.5,) * model_channels, 16)
    added = add(own, tmp_path / "net.pt", architecture="plain", preprocess=how,
                arguments={"widths": [4]})  # fmt: skip
    prediction = load(added.path, "cpu").predict(picture(picture_channels))
    assert prediction.values.shape == (model_channels, 16, 16)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_a_second_model_of_the_name_gets_an_id_of_its_own(own, weights):
    ids = [add(own, weights, name=name).card.id for name in ("Net", "net!", "NET", "  ", "狗")]
    assert ids == ["net", "net-2", "net-3", "model", "model-2"]
    assert len(shelf(own).models) == 5


def test_an_onnx_model_is_added_with_its_labels(own, tmp_path):
    pytest.importorskip("onnxruntime", reason="onnxruntime (an optional extra) is not installed")
    path = tmp_path / "net.onnx"
    path.write_bytes(linear(np.eye(3), np.zeros(3), shape=("N", 3, 16, 16)))
    how = Preprocess(16, 3, (0.0,) * 3, (1.0,) * 3, resize=16)
    added = add(own, path, architecture="onnx", labels=("r", "g", "b"), preprocess=how,
                arguments={})  # fmt: skip
    green = np.zeros((16, 16, 3), np.uint8)
    green[..., 1] = 255
    classifier = load(added.card.id, own=own, threads=1)
    np.testing.assert_allclose(classifier.predict(as_image(green)).logits, [0, 1, 0], atol=1e-6)
    assert not classifier.differentiable
    assert load(added.card.id, "cuda", own=own).notice == "ONNX networks run on the CPU."
    assert "its labels ask for 2 each" in refused(
        own, path, architecture="onnx", labels=("a", "b"), preprocess=how, arguments={}
    )
    added.weights.write_bytes(linear(np.zeros((3, 3)), np.zeros(3), shape=("N", 3, 16, 16)))
    with pytest.raises(ModelError, match="damaged or was changed"):
        load(added.card.id, own=own)


@pytest.mark.parametrize("count", [1, 4, 6])
def test_labels_of_the_wrong_number_are_a_sentence(own, weights, count):
    assert refused(own, weights, labels=("x",) * count) == (
        f"There are {count} labels, but My Net.safetensors tells 5 classes apart; "
        "one label for each is needed."
    )


def test_what_does_not_fit_is_a_sentence_and_adds_nothing(own, weights, tmp_path):
    grey = Preprocess(16, 1, (0.5,), (0.5,), resize=16)
    assert '"stem.0.weight" is 4x3x3x3; the network\'s is 4x1x3x3' in refused(
        own, weights, preprocess=grey
    )
    assert "architecture" in refused(own, weights, architecture="frobnicate")
    assert '"residual" cannot be built so' in refused(own, weights, arguments={"depth": 3})
    assert '"layers" must be' in refused(own, weights, arguments={**SHAPE, "layers": "many"})
    assert '"blocks" must be 0 to 64' in refused(own, weights, arguments={"blocks": 10**9})
    assert '"widths" must be' in refused(own, weights, arguments={"widths": [10**9]})
    assert "at least one class" in refused(own, weights, labels=(), architecture="onnx")
    assert "cannot be read" in refused(own, tmp_path / "none.pt")


def test_pictures_too_small_for_the_network_are_a_sentence(own, tmp_path):
    net = build("plain", {"in_channels": 3, "classes": 5, "widths": [4, 4, 4]})
    torch.save(net.state_dict(), tmp_path / "net.pt")
    tiny = Preprocess(4, 3, (0.5,) * 3, (0.5,) * 3, resize=4)
    sentence = refused(own, tmp_path / "net.pt", architecture="plain", preprocess=tiny,
                       arguments={"widths": [4, 4, 4]})  # fmt: skip
    assert "cannot take pictures of 3x4x4" in sentence


def test_weights_that_run_code_are_neither_run_nor_copied(own, tmp_path):
    path, sentinel = tmp_path / "evil.pt", tmp_path / "it ran"
    path.write_bytes(pickled({"fc.weight": Touch(sentinel)}))
    assert "holds more than weights" in refused(own, path)
    assert not sentinel.exists()


def test_a_full_disk_is_a_sentence_and_leaves_nothing(own, weights, monkeypatch):
    def full(source, target):
        target.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    own.mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", full)
        assert refused(own, weights).endswith("No space left on device.")

    def card_full(card, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(own_model, "write_card", card_full)
    assert refused(own, weights).endswith("No space left on device.")


def test_a_folder_that_is_a_file_is_a_sentence(own, weights):
    own.parent.mkdir()
    own.touch()
    with pytest.raises(ModelError, match="The model cannot be added to"):
        add(own, weights)


# torchvision


@pytest.fixture
def torchvision():
    pytest.importorskip("torchvision", reason="an extra that is not installed")
    return torchvision_nets.models()


@pytest.mark.parametrize("name", torchvision_nets.NAMES)
def test_every_network_of_torchvision_is_built_with_its_own_preprocessing(torchvision, name):
    with torch.device("meta"):
        net = build(name, {"classes": 7})
        assert net.eval()(torch.zeros(1, 3, 224, 224)).shape == (1, 7)
    entry = torchvision_nets.default_weights(name)
    card = torchvision_nets.card(name, entry, "file.pth")
    assert len(card.labels) == 1000
    assert card.labels[282] == "tiger cat"
    assert card.preprocess.size == 224
    assert card.preprocess.resize in (232, 256)
    assert card.preprocess.mean == (0.485, 0.456, 0.406)
    assert len(torchvision_nets.hash_prefix(entry.url)) == 8


def test_weights_of_torchvision_are_told_by_their_checksum(torchvision, own, tmp_path, monkeypatch):
    net = torchvision.get_model("squeezenet1_1", weights=None)
    torch.save(net.state_dict(), tmp_path / "some file.pth")
    with pytest.raises(ModelError, match="not what torchvision offers for squeezenet1_1"):
        add_torchvision(own, "squeezenet1_1", tmp_path / "some file.pth")
    digest = hashlib.sha256((tmp_path / "some file.pth").read_bytes()).hexdigest()
    monkeypatch.setattr(torchvision_nets, "hash_prefix", lambda url: digest[:8])
    added = add_torchvision(own, "squeezenet1_1", tmp_path / "some file.pth")
    assert added.card.preprocess.resize == 256
    assert added.card.multiplications == pytest.approx(0.349e9, rel=0.02)
    assert load(added.card.id, "cpu", own=own).predict(picture(3)).labels[0] == "tench"


def test_fetched_weights_are_checked_and_cleared_away(torchvision, own):
    asked = []

    def fetch(url, path):
        asked.append(url)
        path.write_bytes(b"not a network")

    with pytest.raises(ModelError, match="is damaged"):
        fetch_torchvision(own, "resnet50", fetch)
    assert asked == ["https://download.pytorch.org/models/resnet50-11ad3fa6.pth"]
    assert not list((own / "downloads").iterdir())


def test_grey_networks_of_torchvision_are_refused():
    with pytest.raises(ModelError, match="resnet18 takes colour pictures"):
        build("resnet18", {"in_channels": 1})


def test_without_torchvision_a_sentence_tells_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision.models", None)
    with pytest.raises(ModelError, match=r'pip install "visionlab\[torchvision\]"'):
        build("resnet18", {"classes": 10})


def test_unknown_networks_and_hidden_options_of_torchvision_are_refused():
    with pytest.raises(ModelError, match="is no network of torchvision here"):
        torchvision_nets.default_weights("resnet999")
    with pytest.raises(ModelError, match="cannot be built so"):
        build("resnet18", {"weights": 1})  # would be downloaded
