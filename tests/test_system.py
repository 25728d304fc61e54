"""What the machine offers, looked at through stand-ins for the machine."""

import socket
import sys

import pytest

from visionlab import system


def packages(**machine):
    given = {"platform": "linux", "library": lambda name: True, "font": lambda: True} | machine
    return [need.package for need in system.missing(**given)]


def test_a_complete_machine_lacks_nothing():
    assert packages(window=True) == []


def test_only_linux_is_asked():
    assert packages(platform="darwin", library=lambda name: False) == []
    assert packages(platform="win32", library=lambda name: False) == []


def test_a_bare_machine_needs_the_off_screen_set_and_a_font():
    bare = {"library": lambda name: False, "font": lambda: False}
    off_screen = {
        "libegl1", "libgl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1", "libglib2.0-0",
    }  # fmt: skip
    assert set(packages(**bare)) == off_screen | {"fonts-dejavu-core"}
    window = {
        "libxcb-cursor0", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-keysyms1",
        "libxcb-shape0",
    }  # fmt: skip
    assert set(packages(**bare, window=True)) == off_screen | window | {"fonts-dejavu-core"}


def test_one_missing_library_is_named_alone():
    assert packages(library=lambda name: name != "libEGL.so.1") == ["libegl1"]


def test_a_virtual_display_is_asked_for_only_where_wanted():
    absent = {"program": lambda name: None}
    assert packages(**absent) == []
    assert packages(**absent, virtual_display=True) == ["xvfb"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names of Linux libraries")
def test_the_loader_knows_the_c_library_and_no_invention():
    assert system.has_library("libc.so.6")
    assert not system.has_library("libvisionlab-invented.so.1")


def test_a_font_is_found_in_any_folder_below(tmp_path):
    assert not system.has_font([tmp_path, tmp_path / "absent"])
    (tmp_path / "notes.txt").write_text("")
    assert not system.has_font([tmp_path])
    (tmp_path / "truetype/dejavu").mkdir(parents=True)
    (tmp_path / "truetype/dejavu/DejaVuSans.TTF").write_text("")
    assert system.has_font([tmp_path])


def test_no_display_without_a_name():
    assert system.display({}, "linux") == ""
    assert system.display({}, "darwin") == "macOS"
    assert system.display({}, "win32") == "Windows"


def test_a_platform_that_shows_nothing_is_no_display():
    assert system.display({"QT_QPA_PLATFORM": "offscreen"}, "darwin") == ""


def test_an_x_display_counts_only_while_it_answers():
    with socket.create_server(("127.0.0.1", 0)) as server:
        name = f"127.0.0.1:{server.getsockname()[1] - 6000}.0"
        assert system.display({"DISPLAY": name}, "linux") == f"X display {name}"
    assert system.display({"DISPLAY": name}, "linux") == ""


@pytest.mark.parametrize("name", ["nonsense", ":", ":x", ":98765"])
def test_a_display_name_that_leads_nowhere_is_none(name):
    assert system.display({"DISPLAY": name}, "linux") == ""


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="Wayland's kind of socket")
def test_a_wayland_display_counts_only_while_it_answers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    environment = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "."}
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("wayland-9")
        server.listen()
        assert system.display(environment, "linux") == "Wayland display wayland-9"
    assert system.display(environment, "linux") == ""
