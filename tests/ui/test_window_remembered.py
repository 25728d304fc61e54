"""What the window remembers from one start to the next."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from visionlab.runtime.settings import Settings, load_settings, pack_bytes, unpack_bytes


def test_the_window_is_as_it_was_left(make_window, qtbot):
    window = make_window()
    window.docks.docks["source"].close()
    window.resize(1100, 700)
    window.commands["wipe"].trigger()
    window.commands["linked"].trigger()
    assert window.close()
    again = make_window(load_settings())
    assert again.docks.docks["source"].isHidden()
    assert again.height() == 700
    assert again.docks.compare.mode == "wipe"
    assert again.commands["wipe"].isChecked()
    assert not again.docks.compare.linked
    assert not again.commands["linked"].isChecked()


def test_the_height_that_a_person_gave_the_panels_is_kept(make_window):
    window = make_window()
    bottom = window.docks.docks["histogram"]
    window.resizeDocks([bottom], [300], Qt.Orientation.Vertical)
    QApplication.processEvents()
    height = bottom.height()
    assert window.close()
    again = make_window(load_settings())
    QApplication.processEvents()
    assert again.docks.docks["histogram"].height() == height


def test_a_window_left_in_full_screen_comes_back_in_it(make_window):
    window = make_window()
    window.commands["full_screen"].trigger()
    assert window.close()
    again = make_window(load_settings())
    assert again.isFullScreen() == again.commands["full_screen"].isChecked()


@pytest.mark.parametrize(
    "settings",
    [
        Settings(geometry="rubbish", docks="\0\0"),
        Settings(geometry=pack_bytes(b"no geometry"), docks=pack_bytes(b"no docks")),
        Settings(compare_mode="upside down", scheme="purple"),
        Settings(recent=["", "/nowhere/at/all.png"]),
    ],
    ids=["no checksum", "wrong bytes", "unknown words", "odd recent files"],
)
def test_damaged_settings_are_ignored(make_window, settings):
    window = make_window(settings)
    assert window.docks.compare.mode == "side by side"
    assert window.width() >= 1024
    assert not any(dock.isHidden() for dock in window.docks.docks.values())


def test_one_wrong_byte_in_the_window_state_is_noticed(make_window):
    window = make_window()
    assert window.close()
    packed = load_settings().docks
    assert unpack_bytes(packed)
    for place in (3, 20, len(packed) // 2):
        wrong = "A" if packed[place] != "A" else "B"
        assert unpack_bytes(packed[:place] + wrong + packed[place + 1 :]) == b""
