"""Models of the person's own, added, fetched and removed in the background."""

import pytest
import safetensors.torch
import small_torchvision
import torch
from file_server import serving

from visionlab.core.errors import Cancelled, DownloadError, ModelError
from visionlab.deep.card import Preprocess
from visionlab.deep.nets.architectures import build
from visionlab.deep.shelf import find, shelf
from visionlab.runtime.own_models import Wanted, adding, fetching, looking_at, remove
from visionlab.runtime.paths import models_folder

HOW = Preprocess(8, 3, (0.5,) * 3, (0.5,) * 3, resize=8)


@pytest.fixture
def wanted(tmp_path):
    torch.manual_seed(1)
    net = build("plain", {"in_channels": 3, "classes": 2, "widths": [4]})
    path = tmp_path / "net.safetensors"
    safetensors.torch.save_file(net.state_dict(), path)
    return Wanted(path, "Mine", "plain", {"widths": [4]}, ("a", "b"), HOW)


@pytest.fixture
def server():
    with serving() as running:
        yield running


def own():
    return [model for model in shelf(models_folder()).models if not model.bundled]


class Person:
    """Hears what is told; stops at one of the texts."""

    def __init__(self, stop_at=""):
        self.heard, self.stop_at = [], stop_at

    def __call__(self, text, done, total):
        self.heard.append(text)
        if self.stop_at and text.startswith(self.stop_at):
            raise Cancelled

    def run(self, work):
        return work(self, lambda: False)


def test_a_model_is_added_and_every_step_is_told(wanted):
    person = Person()
    model = person.run(adding(wanted))
    assert own() == [model]
    assert model.card.name == "Mine"
    assert person.heard == [
        "Loading PyTorch", "Reading net.safetensors", "Trying the network on a picture",
        "Keeping the model and its card",
    ]  # fmt: skip


@pytest.mark.parametrize("step", ["Loading", "Reading", "Trying", "Keeping"])
def test_whoever_stops_at_any_step_adds_nothing(wanted, step):
    with pytest.raises(Cancelled):
        Person(stop_at=step).run(adding(wanted))
    assert own() == []
    assert not models_folder().exists()


def test_a_folder_is_no_file_of_weights(tmp_path):
    with pytest.raises(ModelError, match="is no file"):
        Person().run(looking_at(tmp_path))


def test_a_model_is_removed_with_its_weights(wanted):
    model = Person().run(adding(wanted))
    remove(model)
    assert own() == []
    assert list(models_folder().iterdir()) == []
    assert wanted.weights.exists()
    remove(model)  # gone already
    with pytest.raises(ModelError, match="ships with the program"):
        remove(find("digits"))


def test_a_network_of_torchvision_is_fetched_with_its_labels(monkeypatch, server):
    content = small_torchvision.install(monkeypatch, server)
    person = Person()
    model = person.run(fetching("resnet18"))
    assert model.weights.read_bytes() == content
    assert model.card.name == "ResNet-18"
    assert "IMAGENET1K_V1" in model.card.summary
    assert model.card.labels == small_torchvision.LABELS
    assert (model.card.preprocess.size, model.card.preprocess.resize) == (32, 40)
    assert person.heard[1].startswith("Fetching small-")
    assert person.heard[-1] == "Keeping the model and its card"
    assert not list((models_folder() / "downloads").iterdir())


def test_a_broken_download_goes_on_where_it_was(monkeypatch, server):
    content = small_torchvision.install(monkeypatch, server)
    server.cut = len(content) // 2
    with pytest.raises(DownloadError, match="broke off"):
        Person().run(fetching("resnet18"))
    assert own() == []
    server.cut = None
    Person().run(fetching("resnet18"))
    assert server.asked[-1][1]["Range"] == f"bytes={len(content) // 2}-"
    assert len(own()) == 1


def test_other_weights_than_torchvisions_are_refused(monkeypatch, server):
    small_torchvision.install(monkeypatch, server)
    server.content = server.content[:-1] + b"!"
    with pytest.raises(DownloadError, match="its checksum"):  # so it can be tried again
        Person().run(fetching("resnet18"))
    assert own() == []
    assert not list((models_folder() / "downloads").iterdir())


def test_torchvisions_own_weights_are_known_in_any_file(monkeypatch, server, tmp_path):
    content = small_torchvision.install(monkeypatch, server)
    (tmp_path / "from a friend.pth").write_bytes(content)
    found = Person().run(looking_at(tmp_path / "from a friend.pth"))
    assert (found.architecture, found.origin) == ("resnet18", "torchvision")
    model = Person().run(adding(Wanted(tmp_path / "from a friend.pth", card=found.card)))
    assert model.card.labels == small_torchvision.LABELS
