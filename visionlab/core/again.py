"""What an operation works out of a picture alone, kept while the same picture comes again.

Who drags a control runs one operation on one picture many times. Whatever that control does not
enter, such as the gradients below Canny's thresholds, is then worked out once.
"""

import weakref
from collections.abc import Callable, Iterator
from typing import Concatenate, Generic, ParamSpec, TypeVar

import numpy as np

from visionlab.core.image import Image
from visionlab.core.result import Array

P = ParamSpec("P")
T = TypeVar("T")

MOST = 3840 * 2160
"""Pixels of the largest picture for which something is kept."""


class _Seen(Generic[T]):
    """A picture with parameters, and the value once it came again."""

    __slots__ = ("args", "picture", "value")

    def __init__(self, picture: weakref.ref[Image], args: object) -> None:
        self.picture = picture
        self.args = args
        self.value: T | None = None


class Again(Generic[P, T]):
    """A pure function of a picture that is worked out once while the same picture comes again.

    Nothing is kept for a picture that comes but once, such as a live one, nor for one that is
    large or may still be written to; what is kept goes with its picture. Safe to use from
    several threads, which then share the one place.

    Parameters
    ----------
    make : callable
        Takes the picture and hashable parameters; returns an array, or tuples of arrays. They
        are locked against writing as soon as they are kept.
    """

    def __init__(self, make: Callable[Concatenate[Image, P], T]) -> None:
        self._make = make
        self._seen: _Seen[T] | None = None

    def comes_again(self, image: Image, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Whether the last question was this very one, so that making it pays."""
        return self._before(image, (args, kwargs)) is not None

    def __call__(self, image: Image, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `make` returns, kept from the second question on."""
        seen = self._before(image, (args, kwargs))
        if seen is not None and seen.value is not None:
            return seen.value
        value = self._make(image, *args, **kwargs)
        if seen is not None:
            for array in _arrays(value):
                array.flags.writeable = False
            seen.value = value
            seen.picture = weakref.ref(image, self._forget)
        return value

    def _before(self, image: Image, args: object) -> _Seen[T] | None:
        """Return what was seen last where that was this very picture; else note that it was."""
        seen = self._seen
        if seen is None or seen.picture() is not image or seen.args != args:
            self._seen = _Seen(weakref.ref(image), args)
            return None
        whole = image.shape[0] * image.shape[1] <= MOST and not image.flags.writeable
        return seen if whole else None

    def _forget(self, picture: weakref.ref[Image]) -> None:
        seen = self._seen
        if seen is not None and seen.picture is picture:
            self._seen = None


def _arrays(value: object) -> Iterator[Array]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _arrays(part)
