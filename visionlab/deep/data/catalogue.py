"""The known data sets: where they come from, where they lie, and how they are read.

This module needs no PyTorch until a set is read.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from visionlab.core.errors import SourceError

if TYPE_CHECKING:
    from visionlab.deep.data.dataset import Dataset

Split: TypeAlias = Literal["train", "test"]
VARIABLE = "VISIONLAB_DATA"
"""The environment variable that names the folder of data sets."""


@dataclass(frozen=True)
class RemoteFile:
    """A file of a data set, as its makers publish it.

    Attributes
    ----------
    name : str
        What it is called.
    urls : tuple of str
        Where it is, the best place first; the file's name belongs behind each.
    size : int
        In bytes.
    sha256 : str
        Its checksum.
    """

    name: str
    urls: tuple[str, ...]
    size: int
    sha256: str


@dataclass(frozen=True)
class KnownSet:
    """A data set.

    Attributes
    ----------
    id : str
        Short name, for the command line.
    name, summary, licence : str
        For people.
    files : tuple of RemoteFile
        What is fetched; nothing where the set comes with a library.
    folders : tuple of str
        Where it lies in a folder of data sets; what is fetched goes to the first.
    marks : tuple of str
        Files by which a folder is known to hold it, packed (.gz) or not.
    leave_out : str
        The part of its zip archive that stays packed, where it comes as one.
    """

    id: str
    name: str
    summary: str
    licence: str
    files: tuple[RemoteFile, ...] = ()
    folders: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    leave_out: str = ""

    @property
    def size(self) -> int:
        """Return how many bytes are fetched."""
        return sum(file.size for file in self.files)


_IDX_MARKS = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
_IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", *_IDX_MARKS)


def _idx_files(urls: tuple[str, ...], facts: tuple[tuple[int, str], ...]) -> tuple[RemoteFile, ...]:
    pairs = zip(_IDX, facts, strict=True)
    return tuple(RemoteFile(f"{name}.gz", urls, *fact) for name, fact in pairs)


SETS = (
    KnownSet(
        "sklearn-digits",
        "Digits of scikit-learn",
        "1,797 handwritten digits, 8x8 grey; comes with the program",
        "CC BY 4.0: E. Alpaydin, C. Kaynak, UCI Machine Learning Repository",
    ),
    KnownSet(
        "mnist",
        "MNIST",
        "70,000 handwritten digits, 28x28 grey",
        "CC BY-SA 3.0: Y. LeCun, C. Cortes, C. Burges",
        _idx_files(
            # The makers' own site gives them no more; both keep the original files.
            (
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
            ),
            (
                (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
            ),
        ),
        folders=("mnist", "MNIST/raw"),
        marks=_IDX_MARKS,
    ),
    KnownSet(
        "fashion-mnist",
        "Fashion-MNIST",
        "70,000 articles of clothing, 28x28 grey",
        "MIT: Zalando SE",
        _idx_files(
            (
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            ),
            (
                (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
            ),
        ),
        folders=("fashion-mnist", "FashionMNIST/raw"),
        marks=_IDX_MARKS,
    ),
    KnownSet(
        "tiny-imagenet",
        "Tiny ImageNet",
        "110,000 photographs of 200 classes, 64x64 RGB",
        "ImageNet's terms: for research and teaching",
        (
            RemoteFile(
                "tiny-imagenet-200.zip",
                ("https://cs231n.stanford.edu/", "http://cs231n.stanford.edu/"),
                248_100_043,
                "6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821",
            ),
        ),
        folders=("tiny-imagenet-200",),
        marks=("wnids.txt", "words.txt", "val/val_annotations.txt"),
        leave_out="tiny-imagenet-200/test/",  # has no classes
    ),
)


def known(name: str) -> KnownSet:
    """Return a set by its id or its folder's name.

    Raises
    ------
    SourceError
        There is none.
    """
    for entry in SETS:
        if name.casefold() in (entry.id, *entry.folders[:1]):
            return entry
    raise SourceError(
        f'There is no data set "{name}"; there are {", ".join(entry.id for entry in SETS)}.'
    )


def roots(data: Path | None = None, cache: Path | None = None) -> tuple[Path, ...]:
    """Return the folders that are looked into, in order.

    Parameters
    ----------
    data : Path, optional
        What the person chose.
    cache : Path, optional
        Where what was fetched lies.
    """
    variable = os.environ.get(VARIABLE)
    return tuple(folder for folder in (data, Path(variable) if variable else None, cache) if folder)


def locate(entry: KnownSet, root: Path) -> Path | None:
    """Return where the set lies in `root`, which may be its own folder; None where it does not."""
    places = [root / name for name in entry.folders]
    others = {
        place.split("/")[0].casefold()
        for other in SETS
        if other != entry
        for place in other.folders
    }
    full = root.absolute()
    if others.isdisjoint(part.casefold() for part in (full.name, full.parent.name)):
        places.append(root)  # MNIST and Fashion-MNIST are told apart by the folder only
    return next((place for place in places if holds(place, entry)), None)


def find(name: str, data: Path | None = None, cache: Path | None = None) -> Path:
    """Return the folder of a set that is fetched from the web or lies on this computer.

    Parameters
    ----------
    name, data, cache
        See `known` and `roots`.

    Raises
    ------
    SourceError
        It is in none of the folders, or comes with a library.
    """
    entry = known(name)
    if not entry.files:
        raise SourceError(f"{entry.name} lie in no folder; they come with the program.")
    for root in roots(data, cache):
        if (place := locate(entry, root)) is not None:
            return place
    raise SourceError(
        f"{entry.name} is not on this computer; fetch it ({entry.size / 1e6:,.0f} MB) with "
        f"`visionlab data --fetch {entry.id}`, or let {VARIABLE} name the folder that holds "
        f'"{entry.folders[0]}".'
    )


def labels(entry: KnownSet, place: Path) -> tuple[str, ...]:
    """Return the names of the classes of a set that lies in `place`."""
    from visionlab.deep.data import idx, tiny_imagenet

    if entry.id == "tiny-imagenet":
        return tuple(tiny_imagenet.read_labels(place).values())
    return idx.CLOTHING if entry.id == "fashion-mnist" else idx.DIGITS


def read(entry: KnownSet, split: Split, place: Path | None = None) -> "Dataset":
    """Read one split of a set, for Tiny ImageNet the validation split as 'test'.

    Parameters
    ----------
    entry : KnownSet
    split : {'train', 'test'}
    place : Path, optional
        From `find` or `locate`; needed by all sets but those that come with the program.

    Raises
    ------
    SourceError
        Files are missing or damaged.
    """
    from visionlab.deep.data import digits, idx, tiny_imagenet

    if place is None:
        if entry.files:
            raise SourceError(f"{entry.name} is read from a folder; none was given.")
        return digits.read_split(split)
    if entry.id == "tiny-imagenet":
        return tiny_imagenet.read_split(place, "val" if split == "test" else "train")
    return idx.read_split(place, split, labels(entry, place))


def holds(folder: Path, entry: KnownSet) -> bool:
    """Whether the set lies in this very folder."""
    return bool(entry.marks) and all(
        (folder / f"{mark}.gz").is_file() or (folder / mark).is_file() for mark in entry.marks
    )
