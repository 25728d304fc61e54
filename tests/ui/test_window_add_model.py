"""Models of the person's own, added in the window: asked once, checked, chosen; or a sentence."""

import zipfile

import numpy as np
import pytest
import safetensors.torch
import torch
from model_driver import SECONDS_30, add, own
from onnx_writer import linear
from PySide6.QtCore import Qt

from visionlab.core.image import as_image
from visionlab.deep.nets.architectures import build
from visionlab.deep.zoo import load
from visionlab.ui.add_model_dialog import AddModelDialog
from visionlab.ui.labels_form import NUMBERS
from visionlab.ui.model_card_dialog import ModelCardDialog


@pytest.fixture
def weights(tmp_path):
    torch.manual_seed(2)
    net = build("residual", {"in_channels": 3, "classes": 4, "widths": [4, 8], "blocks": 1})
    path = tmp_path / "birds.safetensors"
    safetensors.torch.save_file(net.state_dict(), path)
    return path


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


def test_channels_between_are_what_the_file_says(lab, adding, chosen, qtbot, tmp_path):
    given = {"in_channels": 3, "classes": 4, "widths": [4, 8], "blocks": 1, "inner": [6, 9]}
    path = tmp_path / "between.safetensors"
    safetensors.torch.save_file(build("residual", given).state_dict(), path)
    chosen(path)
    assert adding.architecture.arguments()["inner"] == [6, 9]
    adding.labels.kind.select(NUMBERS)
    add(adding, qtbot)
    (model,) = own()
    assert model.card.arguments["inner"] == [6, 9]
    assert load(model.path, "cpu").net.stages[1][0].conv2.weight.shape == (8, 9, 1, 1)


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
