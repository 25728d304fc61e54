"""The command about data sets, and evaluation on them."""

import numpy as np
import pytest
from PIL import Image

from visionlab.runtime.settings import Settings, save_settings


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch):
    monkeypatch.delenv("VISIONLAB_DATA", raising=False)


def idx_bytes(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return header + array.tobytes()


def make_mnist(folder):
    """Write a test split: ones, each a bar, with their classes; every fourth is called a 7."""
    pictures = np.zeros((8, 28, 28), np.uint8)
    pictures[:, 4:24, 13:16] = 255
    classes = np.array([1, 1, 1, 7] * 2, np.uint8)
    folder.mkdir(parents=True)
    (folder / "t10k-images-idx3-ubyte").write_bytes(idx_bytes(pictures))
    (folder / "t10k-labels-idx1-ubyte").write_bytes(idx_bytes(classes))
    return folder


def test_the_sets_are_listed_with_their_place_and_licence(visionlab, folder, monkeypatch):
    place = make_mnist(folder / "sets" / "mnist")
    monkeypatch.setenv("VISIONLAB_DATA", str(folder / "sets"))
    done = visionlab("data", "--json")
    assert done.code == 0
    entries = {entry["id"]: entry for entry in done.json["data"]}
    assert entries["mnist"]["folder"] == str(place)
    assert entries["mnist"]["present"]
    assert entries["sklearn-digits"]["present"]
    assert not entries["tiny-imagenet"]["present"]
    assert entries["tiny-imagenet"]["bytes"] == 248_100_043
    assert "ImageNet" in entries["tiny-imagenet"]["licence"]
    text = visionlab("data").out
    assert str(place) in text
    assert "--fetch tiny-imagenet gets it (248 MB)" in text


def test_the_folder_chosen_in_the_window_is_looked_into(visionlab, folder):
    place = make_mnist(folder / "chosen" / "mnist")
    save_settings(Settings(data_folder=str(folder / "chosen")))
    entries = {entry["id"]: entry for entry in visionlab("data", "--json").json["data"]}
    assert entries["mnist"]["folder"] == str(place)
    assert visionlab("evaluate", "--model", "digits", "--json").json["data"] == str(place)


@pytest.mark.parametrize(
    ("name", "words"),
    [("cats", 'no data set "cats"'), ("sklearn-digits", "need not be fetched"), ("", "empty name")],
)
def test_what_cannot_be_fetched_is_told(visionlab, name, words):
    assert words in visionlab("data", "--fetch", name).complaint


@pytest.mark.parametrize("where", ["mnist", "."])
def test_a_known_set_is_evaluated_from_its_folder_or_the_one_above(visionlab, folder, where):
    make_mnist(folder / "sets" / "mnist")
    make_mnist(folder / "sets" / "fashion-mnist")  # which has other classes
    done = visionlab("evaluate", "--model", "digits", "--data", folder / "sets" / where, "--json")
    assert done.code == 0
    assert done.json["pictures"] == 8
    assert done.json["top1"] == 0.75
    assert done.json["confusion"][7][1] == 2
    assert done.json["data"] == str(folder / "sets" / "mnist")


def test_without_a_folder_the_sets_of_the_computer_are_taken(visionlab, folder, monkeypatch):
    complaint = visionlab("evaluate", "--model", "digits").complaint
    assert "--data" in complaint
    assert "visionlab data" in complaint
    make_mnist(folder / "sets" / "mnist")
    monkeypatch.setenv("VISIONLAB_DATA", str(folder / "sets"))
    assert visionlab("evaluate", "--model", "digits", "--json").json["top1"] == 0.75


def test_a_set_of_other_classes_is_refused(visionlab, folder):
    make_mnist(folder / "fashion-mnist")
    complaint = visionlab("evaluate", "--model", "digits", "--data", "fashion-mnist").complaint
    assert '"T-shirt" first' in complaint
    assert "not those of Digits" in complaint


def test_deep_pictures_in_class_folders_are_read_as_the_program_reads_them(visionlab, folder):
    """A 16-bit drawing whose values, cut to 8 bits, would be white all over."""
    (folder / "set" / "1").mkdir(parents=True)
    picture = np.full((120, 90), 300, np.uint16)
    picture[15:105, 38:52] = 60_000
    Image.fromarray(picture).save(folder / "set" / "1" / "bar.png")
    (folder / "set" / "1" / "broken.png").write_bytes(b"no picture")
    done = visionlab("evaluate", "--model", "digits", "--data", "set", "--json")
    assert done.code == 2
    assert done.json["pictures"] == 1
    assert done.json["top1"] == 1
    assert "broken.png" in done.json["errors"][0]
