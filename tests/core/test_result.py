from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from visionlab.core.result import Points, Reading, Result, Table, View


def test_a_result_is_a_picture_and_what_there_is_beside_it():
    picture = np.zeros((2, 2), np.uint8)
    result = Result(picture)
    assert result.picture is picture
    assert result.display is None
    beside = (result.overlays, result.tables, result.plots, result.views, result.readings)
    assert beside == ((),) * 5
    with pytest.raises(FrozenInstanceError):
        result.picture = picture


def test_parts_without_arrays_compare_by_value():
    assert Reading("Threshold", 7) == Reading("Threshold", 7, "")
    assert Table("T", ("a",), ((1,),)) != Table("T", ("a",), ((2,),))


@pytest.mark.parametrize(
    "part", [lambda a: Points("P", a), lambda a: View("V", a), lambda a: Result(a)]
)
def test_parts_with_arrays_compare_by_identity(part):
    array = np.zeros((2, 2), np.uint8)
    one, other = part(array), part(array)
    assert one != other
    assert len({one, other}) == 2
