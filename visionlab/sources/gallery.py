"""The sample gallery: free photographs that scikit-image brings along, and our own pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from visionlab.core.errors import SourceError
from visionlab.core.image import Image
from visionlab.core.source import Source
from visionlab.sources import synthetic
from visionlab.sources.array import ArraySource
from visionlab.sources.picture import PictureFile


@dataclass(frozen=True)
class Sample:
    """One picture of the gallery.

    Attributes
    ----------
    name : str
        What follows ``sample:`` in its address.
    title : str
        What it shows.
    credit : str
        Who made it, and under what terms.
    """

    name: str
    title: str
    credit: str

    @property
    def spec(self) -> str:
        """The text that opens it."""
        return f"sample:{self.name}"


# Only those that their makers gave away; the wheel holds more.
_PHOTOGRAPHS: tuple[tuple[str, Sample], ...] = (
    ("coffee.png", Sample("coffee", "Coffee", "Rachel Michetti, Pikolo Espresso Bar; CC0")),
    ("astronaut.png", Sample("astronaut", "Astronaut Eileen Collins", "NASA; public domain")),
    ("camera.png", Sample("camera", "Camera man", "Lav Varshney; CC0")),
    ("chelsea.png", Sample("chelsea", "Chelsea the cat", "Stéfan van der Walt; CC0")),
    ("rocket.jpg", Sample("rocket", "Rocket", "SpaceX; public domain")),
    ("hubble_deep_field.jpg", Sample("hubble", "Hubble deep field", "NASA; public domain")),
    ("retina.jpg", Sample("retina", "Retina", "Mikael Häggström; CC0")),
    (
        "microaneurysms.png",
        Sample("microaneurysms", "Microaneurysms", "Andreas Maier; CC0"),
    ),
    ("cell.png", Sample("cell", "Cell", "qpformat example data; CC0")),
    ("text.png", Sample("text", "Text", "Wikipedia; public domain")),
    ("horse.png", Sample("horse", "Horse outline", "Andreas Preuss; CC0")),
    ("clock_motion.png", Sample("clock", "Clock in motion", "Stéfan van der Walt; public domain")),
    ("brick.png", Sample("brick", "Bricks", "CC0 Textures; CC0")),
    ("grass.png", Sample("grass", "Grass", "linolafett; CC0")),
    ("gravel.png", Sample("gravel", "Gravel", "CC0 Textures; CC0")),
)

_OWN: tuple[tuple[Callable[[], Image], Sample], ...] = (
    (synthetic.shapes, Sample("shapes", "Shapes", "VisionLab")),
    (synthetic.checkerboard, Sample("checkerboard", "Checkerboard", "VisionLab")),
    (synthetic.gradient, Sample("gradient", "Gradient", "VisionLab")),
    (synthetic.plane_waves, Sample("waves", "Plane waves", "VisionLab")),
    (synthetic.noise, Sample("noise", "Noise", "VisionLab")),
)


@cache
def _photographs() -> dict[str, tuple[Path, Sample]]:
    """Find the photographs on disk; scikit-image itself is not imported, which takes long."""
    spec = find_spec("skimage")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        return {}
    folder = Path(folders[0]) / "data"
    return {
        sample.name: (folder / file, sample)
        for file, sample in _PHOTOGRAPHS
        if (folder / file).is_file()
    }


def samples() -> tuple[Sample, ...]:
    """List the gallery: the photographs that are there, then the synthetic pictures."""
    return (*(sample for _, sample in _photographs().values()), *(sample for _, sample in _OWN))


def open_sample(name: str) -> Source:
    """Open ``sample:NAME``.

    Raises
    ------
    SourceError
        There is no such sample; the sentence lists those there are.
    """
    if name in (photographs := _photographs()):
        path, sample = photographs[name]
        return PictureFile(path, title=sample.title, spec=sample.spec)
    for make, sample in _OWN:
        if sample.name == name:
            return ArraySource(make(), sample.title, spec=sample.spec)
    names = ", ".join(sample.name for sample in samples())
    raise SourceError(f'There is no sample "{name}"; choose one of {names}.')
