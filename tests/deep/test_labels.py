"""Files of labels: lines and tables, whatever wrote them."""

import pytest

from visionlab.core.errors import ModelError
from visionlab.deep.labels import MAX_LABELS_BYTES, read_labels


def labels(tmp_path, text, name="labels.txt", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_labels(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_label_a_line(tmp_path, end, encoding):
    text = end.join(["great white shark", "  café ", "", "dog, wild", ""])
    assert labels(tmp_path, text, encoding=encoding) == ("great white shark", "café", "dog, wild")


@pytest.mark.parametrize(
    "text",
    [
        'cat\n"dog, wild"\nowl\n',
        'index,label\n0,cat\n1,"dog, wild"\n2,owl\n',
        'label,index\nowl,2\ncat,0\n"dog, wild",1\n',
        'id,wnid,name\n3,n03,owl\n1,n01,cat\n2,n02,"dog, wild"\n',
        '2,owl\n1,"dog, wild"\n0,cat\n',
        'n01,cat\nn02,"dog, wild"\nn03,owl\n',
        'Class\ncat\n"dog, wild"\nowl\n',
    ],
)
def test_tables_of_several_kinds(tmp_path, text):
    assert labels(tmp_path, text, "labels.csv") == ("cat", "dog, wild", "owl")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no labels"),
        ("index,label\n", "holds no labels"),
        ("0,a\n2,b\n", "does not number its classes 0, 1, 2"),
        ("0,a\n0,b\n", "does not number its classes"),
        ("index,label\nx,a\n", "a class number that is none"),
        ("0,a\n1\n", "rows of different length"),
        ("a\0b" * 3 + "\n" + "x" * 200_000 + "\n", "no CSV file"),
    ],
)
def test_bad_tables_are_a_sentence(tmp_path, text, sentence):
    with pytest.raises(ModelError, match=sentence):
        labels(tmp_path, text, "labels.csv")


def test_other_bad_files_are_a_sentence(tmp_path):
    with pytest.raises(ModelError, match=r"labels\.txt is no text in UTF-8"):
        labels(tmp_path, "Ähre", encoding="latin-1")
    with pytest.raises(ModelError, match="holds no labels; one a line"):
        labels(tmp_path, "\n\n")
    with pytest.raises(ModelError, match="too long for a file of labels"):
        labels(tmp_path, "a" * (MAX_LABELS_BYTES + 1))
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        read_labels(tmp_path / "none.txt")
