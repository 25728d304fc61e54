"""What the tests of sources share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from visionlab.core.errors import VisionLabError


def is_one_sentence(text: str) -> bool:
    """Whether `text` can stand in a window: one line, one sentence, no Python in it."""
    begins = text[0] == '"' or text[0].isupper()
    return begins and text.endswith(".") and "\n" not in text and "Error" not in text


@pytest.fixture
def refused() -> Callable[[Callable[[], object]], str]:
    """Return a function that checks that a call is refused and gives the sentence back."""

    def check(call: Callable[[], object]) -> str:
        with pytest.raises(VisionLabError) as caught:
            call()
        sentence = str(caught.value)
        assert is_one_sentence(sentence), sentence
        return sentence

    return check


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Return a function that writes bytes to a file of this test and gives its path."""

    def put(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return put
