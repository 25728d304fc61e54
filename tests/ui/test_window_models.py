"""Models of the person's own, added in the window: asked once, checked, chosen; or a sentence."""

import threading
import zipfile

import numpy as np
import pytest
import safetensors.torch
import small_torchvision
import torch
from file_server import serving
from onnx_writer import linear
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from visionlab.core.image import as_image
from visionlab.deep.card import Preprocess
from visionlab.deep.nets.architectures import build
from visionlab.deep.own_model import add_model
from visionlab.deep.shelf import find, shelf
from visionlab.deep.zoo import load
from visionlab.runtime.paths import models_folder
from visionlab.runtime.settings import Settings
from visionlab.ui.add_model_dialog import AddModelDialog
from visionlab.ui.labels_form import NUMBERS
from visionlab.ui.model_card_dialog import ModelCardDialog

SECONDS_30 = 30_000


@pytest.fixture
def weights(tmp_path):
    torch.manual_seed(2)
    net = build("residual", {"in_channels": 3, "classes": 4, "widths": [4, 8], "blocks": 1})
    path = tmp_path / "birds.safetensors"
    safetensors.torch.save_file(net.state_dict(), path)
    return path


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def adding(lab, qtbot):
    """Return the open dialog, and wait for what it began."""
    lab.do("add_model")
    dialog = lab.window.findChild(AddModelDialog)
    yield dialog
    if dialog in lab.window.findChildren(AddModelDialog):
        dialog.line.cancel()
        qtbot.waitUntil(lambda: not dialog.line.running, timeout=SECONDS_30)


@pytest.fixture
def chosen(adding, qtbot, answer):
    """Return a function that chooses a file of weights and waits until it was looked at."""

    def choose(path):
        answer(path)
        qtbot.mouseClick(adding.choose, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not adding.line.running, timeout=SECONDS_30)

    return choose


def add(dialog, qtbot):
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.line.running, timeout=SECONDS_30)


def own():
    return [model for model in shelf(models_folder()).models if not model.bundled]


def test_a_model_is_added_with_its_labels_and_answers(lab, adding, chosen, qtbot, weights, answer,
                                                     tmp_path, colour):  # fmt: skip
    lab.open(colour[0])
    chosen(weights)
    assert "4 classes" in adding.found.text()
    assert adding.architecture.arguments() == {"widths": [4, 8], "blocks": 1, "stem_stride": 1}
    (tmp_path / "names.txt").write_text("wren\nrobin\nfinch\nowl\n")
    answer(tmp_path / "names.txt")
    qtbot.mouseClick(adding.labels.choose, Qt.MouseButton.LeftButton)
    adding.preprocess.size_box.setValue(16)
    adding.preprocess.values.setCurrentIndex(1)
    adding.name.setText("My Birds")
    add(adding, qtbot)
    (model,) = own()
    assert model.card.labels == ("wren", "robin", "finch", "owl")
    how = model.card.preprocess
    assert (how.size, how.mean, how.std) == (16, (0.0,) * 3, (1.0,) * 3)
    panel, network = lab.docks.network, lab.session.network
    assert panel.model.currentText() == "My Birds"
    qtbot.waitUntil(
        lambda: network.last is not None and network.last.prediction.model_id == "my-birds",
        timeout=SECONDS_30,
    )
    expected = load(model.path, "cpu").predict(as_image(colour[1]))
    np.testing.assert_allclose(
        network.last.prediction.probabilities, expected.probabilities, atol=1e-5
    )
    assert lab.status.message.text() == 'Added the model "My Birds"'


def test_labels_beside_the_weights_are_taken(adding, chosen, weights):
    weights.with_name("labels.txt").write_text("a\nb\nc\nd\n")
    chosen(weights)
    assert adding.labels.labels() == ("a", "b", "c", "d")


def test_classes_may_be_called_as_another_model_does_or_by_numbers(adding, chosen, tmp_path, qtbot):
    net = build("plain", {"in_channels": 1, "classes": 10, "widths": [4], "convs": 1})
    torch.save(net.state_dict(), tmp_path / "net.pt")
    chosen(tmp_path / "net.pt")
    offered = [adding.labels.kind.itemText(i) for i in range(adding.labels.kind.count())]
    assert offered[1:] == ['As "Clothing"', 'As "Digits"', "Numbers 0 to 9"]
    adding.labels.kind.setCurrentIndex(1)
    assert adding.labels.labels()[0] == "T-shirt"
    adding.labels.kind.setCurrentIndex(3)
    adding.preprocess.drawing.setChecked(True)
    add(adding, qtbot)
    card = own()[0].card
    assert card.labels == tuple("0123456789")
    assert card.preprocess.channels == 1
    assert card.preprocess.centre


@pytest.mark.parametrize(
    ("channels", "words"),
    [(1, "takes grey pictures; choose Grey"), (3, "in colour; choose red, green and blue")],
)
def test_other_colours_than_the_network_takes_are_told(adding, chosen, tmp_path, qtbot, channels,
                                                       words):  # fmt: skip
    built = {"in_channels": channels, "classes": 2, "widths": [4], "convs": 1}
    torch.save(build("plain", built).state_dict(), tmp_path / "net.pt")
    chosen(tmp_path / "net.pt")
    adding.labels.kind.select(NUMBERS)
    adding.preprocess.channels.setCurrentIndex(adding.preprocess.channels.findData(4 - channels))
    add(adding, qtbot)
    assert words in adding.line.text.text()
    adding.preprocess.channels.setCurrentIndex(adding.preprocess.channels.findData(channels))
    add(adding, qtbot)
    assert own()[0].card.preprocess.channels == channels


def test_a_better_file_of_labels_takes_the_complaint_back(adding, chosen, weights, qtbot, tmp_path):
    (tmp_path / "three.txt").write_text("a\nb\nc")
    (tmp_path / "none.txt").write_text("\n")
    (tmp_path / "four.txt").write_text("a\nb\nc\nd")
    chosen(weights)
    adding.labels.read(tmp_path / "three.txt")
    add(adding, qtbot)
    assert "There are 3 labels" in adding.line.text.text()
    adding.labels.read(tmp_path / "none.txt")
    assert "none.txt holds no labels" in adding.line.text.text()
    adding.labels.read(tmp_path / "four.txt")
    assert adding.line.text.text() == ""
    assert adding.labels.labels() == ("a", "b", "c", "d")


def test_what_is_missing_is_asked_for(adding, chosen, weights, qtbot):
    assert not adding.add.isEnabled()
    chosen(weights)
    add(adding, qtbot)
    assert "Choose a file with the classes' names" in adding.line.text.text()
    adding.architecture.family.setCurrentIndex(0)
    add(adding, qtbot)
    assert adding.line.text.text() == "Choose the architecture that the weights belong to."
    adding.architecture.family.select("residual")
    adding.labels.kind.select(NUMBERS)
    adding.architecture.widths.setText("4, many")
    add(adding, qtbot)
    assert '"4, many" is something else' in adding.line.text.text()
    adding.architecture.widths.setText("4 8")
    for edit, text, words in (
        (adding.preprocess.mean, "0.5, 0.5", "Mean needs three numbers"),
        (adding.preprocess.mean, "0.5 0.5 nan", "Mean needs three numbers"),
        (adding.preprocess.std, "1, 0, 1", "must be above 0"),
    ):
        edit.clear()
        qtbot.keyClicks(edit, text)
        assert adding.preprocess.values.currentText() == "Own numbers"
        add(adding, qtbot)
        assert words in adding.line.text.text()
        edit.setText("1, 1, 1")
    adding.preprocess.resize_box.setValue(32)
    add(adding, qtbot)
    assert "64 pixels at least" in adding.line.text.text()
    assert own() == []


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("text.pt", b"no weights", "is no file of weights"),
        ("half.safetensors", b"\x10\x00\x00\x00\x00\x00\x00\x00{", "is damaged"),
        ("code.pth", b"\x80\x02cos\nmkdir\nX\x01\x00\x00\x00x\x85R.", "would run"),
        ("bad.onnx", b"\x07\x07", "damaged, or no ONNX model"),
    ],
)
def test_bad_files_are_one_sentence_and_the_model_stays(lab, adding, chosen, tmp_path, name, data,
                                                        words):  # fmt: skip
    (tmp_path / name).write_bytes(data)
    before = lab.session.network.options.model
    chosen(tmp_path / name)
    assert words in adding.line.text.text()
    assert adding.line.text.property("role") == "error"
    assert not adding.add.isEnabled()
    adding.reject()
    assert lab.session.network.options.model == before
    assert own() == []


def test_weights_of_another_architecture_are_a_sentence_and_asked_again(adding, chosen, weights,
                                                                        qtbot):  # fmt: skip
    chosen(weights)
    adding.labels.kind.select(NUMBERS)
    adding.architecture.family.select("plain")
    adding.architecture.family.currentIndexChanged.emit(1)
    add(adding, qtbot)
    assert "is it of another architecture?" in adding.line.text.text()
    assert adding.isVisible()
    assert adding.add.isEnabled()
    assert own() == []
    adding.architecture.family.setCurrentIndex(adding.architecture.family.index_of("residual"))
    add(adding, qtbot)
    assert len(own()) == 1


def test_what_is_not_installed_is_grey_with_the_reason(adding, chosen, tmp_path):
    try:
        import torchvision  # noqa: F401

        pytest.skip("torchvision is installed")
    except ImportError:
        pass
    family = adding.architecture.family
    item = family.model().item(family.index_of("resnet18"))
    assert not item.isEnabled()
    assert 'pip install "visionlab[torchvision]"' in item.toolTip()
    published = {"layer4.0.conv1.weight": torch.zeros(1), "fc.bias": torch.zeros(5)}
    torch.save(published, tmp_path / "resnet18-f37072fd.pth")
    chosen(tmp_path / "resnet18-f37072fd.pth")
    assert "ResNet-18 needs torchvision, which is not installed" in adding.line.text.text()
    assert not adding.add.isEnabled()
    adding.from_web.click()
    assert not adding.network.isEnabled()
    assert not adding.add.isEnabled()


def test_a_network_of_torchvision_is_downloaded(lab, qtbot, monkeypatch, server):
    small_torchvision.install(monkeypatch, server)
    lab.do("add_model")
    dialog = lab.window.findChild(AddModelDialog)
    dialog.from_web.click()
    assert dialog.add.isEnabled()
    add(dialog, qtbot)
    assert own()[0].card.labels == small_torchvision.LABELS
    assert lab.session.network.options.model == "resnet18"


def test_a_download_is_stopped_and_goes_on(lab, qtbot, monkeypatch, server):
    small_torchvision.install(monkeypatch, server)
    server.silent = threading.Event()
    lab.do("add_model")
    dialog = lab.window.findChild(AddModelDialog)
    dialog.from_web.click()
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(server.asked), timeout=SECONDS_30)
    assert dialog.line.bar.isVisible()
    assert not dialog.add.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.line.text.text() == "Stopping…"
    server.silent.set()
    qtbot.waitUntil(lambda: not dialog.line.running)
    assert dialog.line.text.text() == "Stopped."
    assert dialog.isVisible()
    assert own() == []
    add(dialog, qtbot)
    assert len(own()) == 1


def test_without_a_network_the_download_is_a_sentence(lab, qtbot, monkeypatch, server):
    small_torchvision.install(monkeypatch, server)
    server.status = 503
    lab.do("add_model")
    dialog = lab.window.findChild(AddModelDialog)
    dialog.from_web.click()
    add(dialog, qtbot)
    assert "refuses the file (503" in dialog.line.text.text()
    assert dialog.add.isEnabled()
    dialog.reject()


def test_a_dropped_model_of_another_kind_is_no_bad_picture(lab, qtbot, tmp_path):
    path = tmp_path / "net.pt2"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/archive_format", "pt2")
    assert lab.drop(path)
    dialog = lab.window.findChild(AddModelDialog)
    qtbot.waitUntil(lambda: not dialog.line.running, timeout=SECONDS_30)
    assert "is an exported program (.pt2), and is not run" in dialog.line.text.text()
    dialog.reject()


def test_a_dropped_file_of_weights_is_asked_about(lab, qtbot, weights, grey):
    assert lab.drop(weights, on=lab.window)
    dialog = lab.window.findChild(AddModelDialog)
    qtbot.waitUntil(lambda: not dialog.line.running, timeout=SECONDS_30)
    assert dialog.name.text() == "birds"
    dialog.reject()
    assert lab.drop(grey[0], on=lab.window)  # pictures are opened as before
    qtbot.waitUntil(lambda: lab.session.source is not None)


def test_an_onnx_model_says_that_it_has_no_gradients(lab, adding, chosen, qtbot, tmp_path, colour):
    pytest.importorskip("onnxruntime", reason="onnxruntime (an optional extra) is not installed")
    path = tmp_path / "mean.onnx"
    path.write_bytes(linear(np.eye(3), np.zeros(3), shape=("N", 3, 16, 16)))
    lab.open(colour[0])
    chosen(path)
    assert adding.found.text() == "An ONNX model, 3 classes, colour."
    assert adding.preprocess.size_box.value() == 16
    adding.labels.kind.select(NUMBERS)
    add(adding, qtbot)
    network, panel = lab.session.network, lab.docks.network
    panel.device.addItem("CUDA GPU", "cuda")
    panel.device.setCurrentIndex(panel.device.count() - 1)
    qtbot.waitUntil(
        lambda: network.last is not None and bool(network.last.notice), timeout=SECONDS_30
    )
    qtbot.waitUntil(lambda: "gradients are not to be had" in panel._notice.text())
    assert "ONNX networks run on the CPU." in panel._notice.text()
    assert panel._notice.isVisible()
    qtbot.mouseClick(panel.about, Qt.MouseButton.LeftButton)
    about = lab.window.findChild(ModelCardDialog)
    assert "Not to be had of ONNX" in about.text.toPlainText()
    about.close()


# The card


def test_the_card_is_told_in_plain_words_and_copied(lab, qtbot):
    panel = lab.docks.network
    panel.model.setCurrentIndex(panel.model.findData("digits"))
    lab.do("about_model")
    dialog = lab.window.findChild(ModelCardDialog)
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    card = find("digits").card
    for words in (
        card.name, card.summary, card.data, card.licence, *card.weaknesses,
        f"{card.parameters:,} parameters", f"{card.multiplications / 1e6:.1f} million",
        card.scores[0].command, f"{card.scores[0].top1:.1%}".replace("%", " %"),
        "Calibration error", f"temperature {card.temperature:g}", "28 x 28 pixels, grey",
        "inverted", "middle, at 5/7 of the size", "mean 0.1307",
    ):  # fmt: skip
        assert words in text
    assert not dialog.remove.isVisible()  # it ships with the program
    assert dialog.text.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    dialog.close()


def test_a_model_is_removed_and_another_one_is_chosen(make_window, qtbot, monkeypatch, tmp_path):
    net = build("plain", {"in_channels": 3, "classes": 2, "widths": [4]})
    torch.save(net.state_dict(), tmp_path / "net.pt")
    how = Preprocess(8, 3, (0.5,) * 3, (0.5,) * 3, resize=8)
    add_model(models_folder(), tmp_path / "net.pt", "plain", ("<b>one</b>", "two"), how,
              name="Pictures", arguments={"widths": [4]})  # fmt: skip
    window = make_window()
    panel = window.docks.network
    names = [panel.model.itemText(i) for i in range(panel.model.count())]
    assert {"Pictures (pictures)", "Pictures (pictures-2)"} <= set(names)  # told apart
    panel.model.setCurrentIndex(panel.model.findData("pictures-2"))
    qtbot.mouseClick(panel.about, Qt.MouseButton.LeftButton)
    dialog = window.findChild(ModelCardDialog)
    assert "<b>one</b>, two" in dialog.text.toPlainText()
    assert "visionlab evaluate" in dialog.text.toPlainText()  # not measured yet
    monkeypatch.setattr(QMessageBox, "question", lambda *a: QMessageBox.StandardButton.Yes)
    qtbot.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    assert own() == []
    assert panel.model.findData("pictures-2") < 0
    assert window.session.network.options.model == panel.model.currentData() == "pictures"


# What goes wrong later


def test_the_chosen_model_is_chosen_again_after_the_next_start(make_window, qtbot):
    first = make_window()
    panel = first.docks.network
    panel.model.setCurrentIndex(panel.model.findData("clothing"))
    assert first.settings.model == "clothing"
    second = make_window(first.settings)
    assert second.docks.network.model.currentData() == "clothing"
    assert second.session.network.options.model == "clothing"
    first.settings.model = "was removed"
    third = make_window(first.settings)
    assert third.session.network.options.model == "pictures"
    assert third.docks.network.model.currentData() == "pictures"


def test_a_model_that_was_damaged_says_so_and_another_one_can_be_chosen(make_window, qtbot, colour,
                                                                        tmp_path):  # fmt: skip
    net = build("plain", {"in_channels": 3, "classes": 2, "widths": [4]})
    torch.save(net.state_dict(), tmp_path / "net.pt")
    how = Preprocess(8, 3, (0.5,) * 3, (0.5,) * 3, resize=8)
    model = add_model(models_folder(), tmp_path / "net.pt", "plain", ("a", "b"), how,
                      name="Mine", arguments={"widths": [4]})  # fmt: skip
    model.weights.write_bytes(b"scratched")
    window = make_window(Settings(scheme="light", model="mine"))
    panel, network = window.docks.network, window.session.network
    window.commands["show_network"].trigger()
    window.sources.open(str(colour[0]))
    qtbot.waitUntil(lambda: "is damaged or was changed" in panel._hint.text(), timeout=SECONDS_30)
    assert panel._hint.isVisible()
    assert not panel.keep.isEnabled()
    panel.model.setCurrentIndex(panel.model.findData("digits"))
    qtbot.waitUntil(lambda: bool(panel.bars.bars()), timeout=SECONDS_30)
    panel.model.setCurrentIndex(panel.model.findData("mine"))  # the former one stays
    qtbot.waitUntil(lambda: panel.model.currentData() == "digits", timeout=SECONDS_30)
    assert network.options.model == "digits"
    assert "is damaged or was changed" in window.docks.status.message.text()
    qtbot.waitUntil(network.idle, timeout=SECONDS_30)


def test_a_model_of_the_same_name_as_a_removed_one_is_loaded_anew(lab, qtbot, tmp_path, colour):
    def put(label):
        torch.manual_seed(len(label))
        net = build("plain", {"in_channels": 3, "classes": 2, "widths": [4]})
        torch.save(net.state_dict(), tmp_path / "net.pt")
        how = Preprocess(8, 3, (0.5,) * 3, (0.5,) * 3, resize=8)
        return add_model(models_folder(), tmp_path / "net.pt", "plain", (label, "b"), how,
                         name="Mine", arguments={"widths": [4]})  # fmt: skip

    network = lab.session.network
    lab.do("show_network")
    lab.open(colour[0])
    for label in ("first", "second one"):
        lab.window.networks._take(put(label))
        qtbot.waitUntil(
            lambda label=label: (
                network.last is not None and network.last.prediction.labels[0] == label
            ),
            timeout=SECONDS_30,
        )
        lab.docks.docks["histogram"].raise_()  # nothing else is loaded meanwhile
        qtbot.waitUntil(network.idle, timeout=SECONDS_30)
        lab.window.networks._remove(own()[0])
        lab.docks.docks["network"].raise_() if label == "second one" else None
    assert lab.status.message.text() == 'Removed the model "Mine"'
