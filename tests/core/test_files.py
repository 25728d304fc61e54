import os

import pytest

from visionlab.core.assets import asset
from visionlab.core.errors import VisionLabError
from visionlab.core.files import write_atomically


def test_a_file_is_written_whole_into_folders_that_are_made(tmp_path):
    path = tmp_path / "new" / "folder" / "it.bin"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "it.bin"
    path.write_bytes(b"old")

    def full_disk(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_asset_is_named():
    with pytest.raises(VisionLabError, match=r'"no such file" of VisionLab is missing'):
        asset("no such file")
