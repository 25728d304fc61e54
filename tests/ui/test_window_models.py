"""The models that are there, in the window: their cards, removed ones, damaged ones."""

import torch
from model_driver import SECONDS_30, own
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from visionlab.deep.card import Preprocess
from visionlab.deep.nets.architectures import build
from visionlab.deep.own_model import add_model
from visionlab.deep.shelf import find
from visionlab.runtime.paths import models_folder
from visionlab.runtime.settings import Settings
from visionlab.ui.model_card_dialog import ModelCardDialog


def put(folder, name, *labels):
    """Put a small model among the person's own; other labels, other weights."""
    torch.manual_seed(len(labels[0]))
    net = build("plain", {"in_channels": 3, "classes": 2, "widths": [4]})
    torch.save(net.state_dict(), folder / "net.pt")
    how = Preprocess(8, 3, (0.5,) * 3, (0.5,) * 3, resize=8)
    return add_model(models_folder(), folder / "net.pt", "plain", labels, how,
                     name=name, arguments={"widths": [4]})  # fmt: skip


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
    put(tmp_path, "Pictures", "<b>one</b>", "two")
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
    model = put(tmp_path, "Mine", "a", "b")
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
    network = lab.session.network
    lab.do("show_network")
    lab.open(colour[0])
    for label in ("first", "second one"):
        lab.window.networks._take(put(tmp_path, "Mine", label, "b"))
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
