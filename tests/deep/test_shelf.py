"""Which models there are: bundled first, broken cards named, none of it fatal, no PyTorch."""

import json
import subprocess
import sys

import msgspec
import pytest

from visionlab.core import assets
from visionlab.core.errors import ModelError
from visionlab.deep.card import ModelCard, Preprocess, read_card, write_card
from visionlab.deep.shelf import find, shelf

GREY = Preprocess(8, 1, (0.5,), (0.5,), resize=8)


def put(folder, name, **changes):
    """Put a card and (empty) weights into a folder."""
    fields = {"id": name, "name": name, "architecture": "plain", "weights": f"{name}.safetensors"}
    card = ModelCard(**{**fields, "labels": ("a", "b"), "preprocess": GREY, **changes})
    write_card(card, folder / f"{name}.json")
    (folder / card.weights).touch()
    return card


@pytest.fixture
def bundled(tmp_path, monkeypatch):
    folder = tmp_path / "package" / "assets" / "models"
    folder.mkdir(parents=True)
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "package")
    return folder


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_bundled_models_come_first_then_the_persons(bundled, own):
    put(bundled, "digits", sha256="0" * 64)
    put(own, "cats")
    found = shelf(own)
    assert [model.card.id for model in found.models] == ["digits", "cats"]
    assert [model.bundled for model in found.models] == [True, False]
    assert found.models[1].weights == own / "cats.safetensors"
    assert found.broken == ()
    assert [model.card.id for model in shelf().models] == ["digits"]
    assert shelf(own / "not there").broken == ()


def test_broken_cards_are_a_sentence_each_and_the_others_stay(bundled, own):
    put(bundled, "digits", sha256="0" * 64)
    put(bundled, "unchecked")
    put(own, "good")
    put(own, "digits")
    put(own, "lost")
    (own / "lost.safetensors").unlink()
    (own / "cut.json").write_text('{"id": "cut"')
    (own / "deep.json").write_text("[" * 100_000)
    (own / "odd.json").write_bytes(b"\xff\xfe\x00")
    (own / "nan.json").write_text('{"id": "nan", "temperature": NaN}')
    folder = own / "folder.json"
    folder.mkdir()
    found = shelf(own)
    assert [model.card.id for model in found.models] == ["digits", "good"]
    assert sorted(sentence.split(".json")[0] for sentence in found.broken) == [
        "cut", "deep", "digits", "folder", "lost", "nan", "odd", "unchecked",
    ]  # fmt: skip
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in found.broken)
    assert any("lost.safetensors is missing" in sentence for sentence in found.broken)
    assert any('its id "digits" is taken' in sentence for sentence in found.broken)
    assert any("no checksum for its weights" in sentence for sentence in found.broken)


def test_a_card_cannot_point_out_of_its_folder(own):
    put(own, "spy")
    fields = msgspec.json.decode((own / "spy.json").read_bytes())
    fields["weights"] = "../../etc/passwd"
    (own / "spy.json").write_text(json.dumps(fields))
    with pytest.raises(ModelError, match="file beside the card"):
        read_card(own / "spy.json")


def test_models_are_found_by_id_and_by_path(bundled, own):
    put(bundled, "digits", sha256="0" * 64)
    put(own, "cats")
    assert find("digits", own).bundled
    assert find("cats", own).path == own / "cats.json"
    for path in (own / "cats.json", str(own / "cats.safetensors")):
        assert find(path).card.id == "cats"


def test_what_is_not_there_is_a_sentence(bundled, own):
    put(own, "cats")
    with pytest.raises(ModelError, match=r'There is no model "dogs"; there are: cats\.'):
        find("dogs", own)
    with pytest.raises(ModelError, match=r"dogs\.json cannot be read: No such file"):
        find(own / "dogs.json")
    (own / "bare.pt").touch()
    with pytest.raises(ModelError, match=r"bare\.pt has no model card .* Network > Add Model"):
        find(own / "bare.pt")


def test_a_missing_installation_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "nowhere")
    assert shelf().models == ()
    assert "please install it again" in shelf().broken[0]


def test_cards_come_back_as_they_were_written(own):
    card = put(own, "cats", arguments={"widths": [4, 8]}, temperature=1.5, weaknesses=("night",))
    assert read_card(own / "cats.json") == card


def test_looking_at_the_shelf_does_not_load_pytorch(own):
    put(own, "cats")
    code = (
        "import sys; from pathlib import Path; from visionlab.deep.shelf import shelf; "
        "import visionlab.deep.labels; "
        "print(len(shelf(Path(sys.argv[1])).models), 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(own)], capture_output=True, text=True, check=True
    )
    count, torch_loaded = done.stdout.split()
    assert int(count) >= 1
    assert torch_loaded == "False"
