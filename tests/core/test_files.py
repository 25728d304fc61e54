import os
import stat
import sys
from pathlib import Path

import pytest

from visionlab.core.assets import asset
from visionlab.core.errors import VisionLabError
from visionlab.core.files import read_at_most, write_atomically


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


posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_a_link_stays_a_link_and_its_file_is_written(tmp_path):
    (tmp_path / "far").mkdir()
    real = tmp_path / "far" / "real.bin"
    real.write_bytes(b"old")
    link = tmp_path / "link.bin"
    link.symlink_to("far/real.bin")
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["far", "link.bin", "real.bin"]


@posix
@pytest.mark.parametrize("old", [0o600, 0o640, 0o666])
def test_an_old_file_keeps_its_permissions(tmp_path, old):
    path = tmp_path / "it.bin"
    path.write_bytes(b"old")
    path.chmod(old)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert mode(path) == old


@posix
@pytest.mark.parametrize(("mask", "new"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_permissions_that_the_person_gives_new_files(tmp_path, mask, new):
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "it.bin", b"new")
    finally:
        os.umask(before)
    assert mode(tmp_path / "it.bin") == new


@posix
def test_a_private_file_is_never_open_to_others_while_it_is_written(tmp_path, monkeypatch):
    path = tmp_path / "it.bin"
    path.write_bytes(b"old")
    path.chmod(0o600)
    seen = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.extend(mode(p) for p in tmp_path.iterdir()))
    write_atomically(path, b"new")
    assert seen == [0o600, 0o600]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
@pytest.mark.parametrize("old", [None, 0o644])
def test_a_private_file_is_its_owners_alone_whatever_it_was(tmp_path, old):
    path = tmp_path / "it.bin"
    if old:
        path.write_bytes(b"old")
        path.chmod(old)
    write_atomically(path, b"new", private=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"new"


def test_a_file_is_read_up_to_its_limit(tmp_path):
    path = tmp_path / "it.bin"
    path.write_bytes(b"12345")
    assert read_at_most(path, 5) == b"12345"
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_at_most(path, 4)
    with pytest.raises(FileNotFoundError):
        read_at_most(tmp_path / "none", 4)
    with pytest.raises(OSError, match="no ordinary file"):
        read_at_most(tmp_path, 4)


def test_a_write_protected_file_is_not_replaced(tmp_path):
    path = tmp_path / "it.bin"
    path.write_bytes(b"keep")
    path.chmod(0o444)
    with pytest.raises(PermissionError, match="write-protected"):
        write_atomically(path, b"new")
    path.chmod(0o644)
    assert path.read_bytes() == b"keep"
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_what_is_no_ordinary_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "null").symlink_to(os.devnull)
    for name, reason in (
        ("pipe", "no ordinary file"), ("null", "no ordinary file"),
        ("folder", "a folder"), ("loop", "symbolic links"),
    ):  # fmt: skip
        with pytest.raises(OSError, match=reason):
            write_atomically(tmp_path / name, b"new")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    assert len(list(tmp_path.iterdir())) == 4


@posix
def test_nobody_can_lead_the_write_elsewhere(tmp_path, monkeypatch):
    """Each name that a temporary file has had is taken by a link to something precious."""
    path, precious = tmp_path / "it.bin", tmp_path / "precious"
    precious.write_bytes(b"precious")
    temporary = []
    monkeypatch.setattr(os, "fsync", lambda _: temporary.extend(tmp_path.glob(".*")))
    write_atomically(path, b"one")
    (part,) = temporary
    part.symlink_to(precious)
    write_atomically(path, b"two")
    assert precious.read_bytes() == b"precious"
    assert path.read_bytes() == b"two"
    assert not path.is_symlink()


def test_the_longest_name_that_a_folder_takes_can_be_written(tmp_path):
    path = tmp_path / ("n" * 255)
    write_atomically(path, b"long")
    assert path.read_bytes() == b"long"


def test_a_missing_asset_is_named():
    with pytest.raises(VisionLabError, match=r'"no such file" of VisionLab is missing'):
        asset("no such file")
