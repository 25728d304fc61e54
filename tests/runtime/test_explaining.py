"""Explanations in the lane: coarse within the budget, finer while nothing waits."""

import numpy as np
import pytest
import torch

from visionlab.core.image import as_image
from visionlab.runtime.explaining import ExplainOptions, Method, Refining, explained, possible

OCCLUSION = Method("occlusion", {"patch": 2, "stride": 1})


def run(classifier, prediction, *methods, waits=lambda: False, **options):
    options = ExplainOptions(methods, **options)
    return list(explained(classifier, prediction, options, waits))


def test_what_cannot_wait_is_refined_to_the_end(classifier, prediction):
    found = run(classifier, prediction, OCCLUSION, budget=0.0)
    assert len(found) >= 3
    steps = [heats[0].heatmap.progress for heats in found]
    assert steps == sorted(steps)
    assert steps[0] < 0.4
    assert steps[-1] == 1
    assert found[-1][0].heatmap.exact
    seconds = [heats[0].seconds for heats in found]
    assert seconds == sorted(seconds)


def test_while_a_picture_waits_work_ends_with_the_budget(classifier, prediction):
    coarse = run(classifier, prediction, OCCLUSION, waits=lambda: True, budget=0.0)
    assert [heats[0].heatmap.progress < 0.4 for heats in coarse] == [True]  # never none at all
    whole = run(classifier, prediction, OCCLUSION, waits=lambda: True, budget=60.0)
    assert [heats[0].heatmap.progress for heats in whole] == [1]


def test_methods_side_by_side_share_the_budget(classifier, prediction):
    both = (Method("gradient"), OCCLUSION)
    found = run(classifier, prediction, *both, waits=lambda: True, budget=0.0)
    first, last = found
    assert first[0].heatmap is not None
    assert first[1].heatmap is None  # its turn is yet to come
    assert last[1].heatmap.progress < 1
    finished = run(classifier, prediction, *both)[-1]
    assert [heat.heatmap.progress for heat in finished] == [1, 1]


def test_an_interrupted_explanation_goes_on_where_it_was(classifier, prediction):
    options = ExplainOptions((OCCLUSION,), budget=0.0)
    refining = Refining(classifier, prediction, options)
    (first,) = refining.so_far(lambda: True)  # a coarse one, whatever waits
    assert list(refining.so_far(lambda: True)) == [first]
    rest = list(refining.so_far(lambda: False))
    assert rest[0] is first
    steps = [heats[0].heatmap.progress for heats in rest]
    assert steps == sorted(set(steps))
    at_once = run(classifier, prediction, OCCLUSION)[-1][0].heatmap
    assert steps[-1] == 1
    assert (rest[-1][0].heatmap.values == at_once.values).all()
    assert list(refining.so_far(lambda: False)) == [rest[-1]]  # known, and told again


def test_all_methods_have_a_coarse_map_before_a_waiting_picture_comes(classifier, prediction):
    options = ExplainOptions((Method("gradient"), OCCLUSION), budget=0.0)
    *_, last = Refining(classifier, prediction, options).so_far(lambda: True)
    assert all(heat.heatmap is not None for heat in last)


def test_what_is_refined_belongs_to_one_answer_and_one_question(classifier, prediction):
    options = ExplainOptions((OCCLUSION,))
    refining = Refining(classifier, prediction, options)
    assert refining.explains(prediction, ExplainOptions((OCCLUSION,)))
    assert not refining.explains(prediction, ExplainOptions((OCCLUSION,), index=1))
    other = classifier.predict(as_image(np.zeros((16, 16), np.uint8)))
    assert not refining.explains(other, options)


def test_the_class_asked_for_or_the_most_probable(classifier, prediction):
    top = int(prediction.probabilities.argmax())
    assert ExplainOptions().target(prediction).index == top
    assert ExplainOptions(index=2).target(prediction).index == 2
    assert ExplainOptions(index=2, minus=0).target(prediction).minus == 0
    assert ExplainOptions(index=2, minus=2).target(prediction).minus is None
    found = run(classifier, prediction, Method("gradient"), index=2)
    assert '"c"' in found[-1][0].heatmap.meaning


def test_only_the_layers_that_are_looked_at_are_asked_for(classifier, prediction):
    found = possible(classifier, prediction)
    last = found.layers[-1][0]
    options = ExplainOptions((Method("gradient"), Method("grad_cam"), Method("score_cam", {}, "x")))
    assert options.layers(found) == (last, "x")
    assert options.layers(None) == ("x",)
    assert ExplainOptions((Method("gradient"),)).layers(found) == ()
    assert ExplainOptions((Method("grad_cam"),) * 2).layers(found) == (last,)


def test_what_fails_says_why_and_the_others_go_on(classifier, prediction):
    wide = Method("occlusion", {"patch": 100})
    deep = Method("grad_cam", layer="no such layer")
    found = run(classifier, prediction, wide, deep, Method("gradient"))[-1]
    assert "patch must fit" in found[0].error
    assert "no layer" in found[1].error
    assert found[0].heatmap is None
    assert found[2].heatmap is not None
    assert not found[2].error


def test_closing_stops_the_work(classifier, prediction):
    maps = explained(classifier, prediction, ExplainOptions((OCCLUSION,), budget=0), lambda: False)
    next(maps)
    maps.close()
    with pytest.raises(StopIteration):
        next(maps)
    assert not any(module._forward_hooks for module in classifier.net.modules())


def test_what_can_be_had_of_a_network(classifier, prediction):
    found = possible(classifier, prediction)
    assert found.reasons == {}
    assert found.layers[0][1] == "4 x 16 x 16"


def test_the_record_of_an_answer_is_not_kept_after_its_explanation(classifier):
    picture = as_image(np.zeros((8, 8, 3), np.uint8))
    for method in (Method("gradient"), OCCLUSION):
        prediction = classifier.predict(picture, trace=True)
        run(classifier, prediction, method, waits=lambda: True)
        assert prediction.traced.back(prediction.traced.values, torch.Tensor.sum) is None
