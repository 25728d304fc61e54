import json
import os
import stat
import sys

import pytest

from visionlab.runtime.settings import (
    MAX_BYTES,
    Settings,
    load_settings,
    pack_bytes,
    save_settings,
    unpack_bytes,
)


def test_settings_come_back(tmp_path):
    settings = Settings(scheme="dark", recent=["a.png"], geometry=pack_bytes(b"\x00\xff"))
    save_settings(settings)
    assert load_settings() == settings


def test_first_start_has_defaults():
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"recent": 3}', b'{"scheme": null}', b"\xff\xfe", b'{"recent": [1]}'],
)
def test_damaged_settings_give_defaults(content, tmp_path, monkeypatch):
    monkeypatch.setenv("VISIONLAB_HOME", str(tmp_path))
    (tmp_path / "settings.json").write_bytes(content)
    assert load_settings() == Settings()


def test_settings_of_a_gigabyte_are_not_read(tmp_path, monkeypatch):
    monkeypatch.setenv("VISIONLAB_HOME", str(tmp_path))
    (tmp_path / "settings.json").write_text('{"scheme": "dark"}' + " " * MAX_BYTES)
    assert load_settings() == Settings()
    os.truncate(tmp_path / "settings.json", 2**31)  # takes no room on the disk
    assert load_settings() == Settings()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_settings_are_their_owners_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("VISIONLAB_HOME", str(tmp_path))
    save_settings(Settings(recent=["http://camera.at.home/video"]))
    assert stat.S_IMODE((tmp_path / "settings.json").stat().st_mode) == 0o600


def test_settings_of_a_newer_version_keep_what_is_known(tmp_path, monkeypatch):
    monkeypatch.setenv("VISIONLAB_HOME", str(tmp_path))
    (tmp_path / "settings.json").write_text(json.dumps({"scheme": "dark", "new": 1}))
    assert load_settings().scheme == "dark"


def test_recent_keeps_nine_the_newest_first():
    settings = Settings()
    for number in range(12):
        settings.remember(f"{number}.png")
    settings.remember("8.png")
    assert settings.recent[:2] == ["8.png", "11.png"]
    assert len(settings.recent) == len(set(settings.recent)) == 9


def test_a_recent_one_takes_the_place_of_the_newest():
    settings = Settings(recent=["a.png", "b.png", "c.png"])
    settings.remember("c.png", instead=True)
    assert settings.recent == ["c.png", "b.png"]


def test_a_changed_byte_in_the_window_state_is_noticed():
    text = pack_bytes(bytes(range(200)))
    assert unpack_bytes(text) == bytes(range(200))
    for at in range(len(text)):
        other = "A" if text[at] != "A" else "B"
        assert unpack_bytes(text[:at] + other + text[at + 1 :]) == b""
    assert unpack_bytes("") == b""


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VISIONLAB_HOME", str(tmp_path / "file" / "below"))
    save_settings(Settings())
    assert "not saved" in caplog.text
