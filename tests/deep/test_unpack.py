"""Archives, good and hostile."""

import shutil
import stat
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visionlab.core.errors import Cancelled, DownloadError
from visionlab.deep.data.unpack import unpack


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "set.zip"


def pack(archive, **files):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.mkdir("set")
        for name, content in files.items():
            packed.writestr(name, content)


def good(archive):
    pack(archive, **{"set/a.txt": b"a" * 1000, "set/sub/b.txt": b"b", "set/test/c.txt": b"c"})


def left_beside(archive):
    return sorted(p.name for p in archive.parent.iterdir() if p != archive)


def test_a_folder_is_unpacked_under_a_new_name_with_progress(archive, tmp_path):
    good(archive)
    told = []
    unpack(
        archive, tmp_path / "new" / "one", leave_out="set/test/",
        progress=lambda *done: told.append(done),
    )  # fmt: skip
    found = {p.relative_to(tmp_path / "new" / "one").as_posix() for p in tmp_path.rglob("*.txt")}
    assert found == {"a.txt", "sub/b.txt"}
    assert (tmp_path / "new" / "one" / "a.txt").read_bytes() == b"a" * 1000
    assert told == [(1000, 1001), (1001, 1001)]
    assert left_beside(archive) == ["new"]
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["one"]


def test_cancelling_leaves_nothing(archive, tmp_path):
    good(archive)
    told = []
    with pytest.raises(Cancelled):
        unpack(
            archive, tmp_path / "one",
            progress=lambda *done: told.append(done), cancelled=lambda: bool(told),
        )  # fmt: skip
    assert left_beside(archive) == []


@pytest.mark.parametrize(
    "name",
    ["../out.txt", "/out.txt", "set/../../out.txt", "out.txt", "C:/out.txt", "set/C:out.txt",
     "set/..\\..\\out.txt", "\\\\host\\share\\out.txt"],
)  # fmt: skip
def test_names_that_lead_out_are_refused(archive, tmp_path, name):
    pack(archive, **{"set/a.txt": b"a", name: b"x"})
    with pytest.raises(DownloadError, match="no file inside a folder"):
        unpack(archive, tmp_path / "one")
    assert left_beside(archive) == []


def test_links_are_refused(archive, tmp_path):
    link = zipfile.ZipInfo("set/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(link, "/etc")
    with pytest.raises(DownloadError, match="no file inside a folder"):
        unpack(archive, tmp_path / "one")


def test_a_bomb_is_refused_by_its_size(archive, tmp_path):
    pack(archive, **{"set/a": b"\0" * 5_000_000})
    assert archive.stat().st_size < 10_000
    with pytest.raises(DownloadError, match=r"would unpack to 5 MB"):
        unpack(archive, tmp_path / "one", max_bytes=1_000_000)


def test_a_bomb_that_hides_its_size_is_refused(archive, tmp_path):
    pack(archive, **{"set/a": b"\0" * 5_000_000})
    data = archive.read_bytes().replace((5_000_000).to_bytes(4, "little"), b"\x0a\0\0\0")
    archive.write_bytes(data)
    with pytest.raises(DownloadError, match="damaged"):
        unpack(archive, tmp_path / "one")
    assert left_beside(archive) == []


def test_several_folders_are_refused(archive, tmp_path):
    pack(archive, **{"set/a": b"", "other/a": b""})
    with pytest.raises(DownloadError, match="one folder"):
        unpack(archive, tmp_path / "one")


def test_a_folder_that_is_there_is_not_touched(archive, tmp_path):
    good(archive)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "mine.txt").write_text("mine")
    with pytest.raises(DownloadError, match="make way"):
        unpack(archive, tmp_path / "one")
    assert left_beside(archive) == ["one"]
    assert (tmp_path / "one" / "mine.txt").read_text() == "mine"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_archives_are_refused_or_unpacked(archive, tmp_path, data):
    good(archive)
    content = bytearray(archive.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    archive.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        unpack(archive, tmp_path / "out" / "one")
    except DownloadError:
        assert not (tmp_path / "out" / "one").exists()
    else:
        assert (tmp_path / "out" / "one").is_dir()
        shutil.rmtree(tmp_path / "out")
    assert {p.name for p in tmp_path.iterdir()} <= {"set.zip", "out"}
