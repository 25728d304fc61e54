"""The check of a heatmap: in pieces, with progress, left off and ended when asked."""

import pytest
import torch

from visionlab.deep.explain import catalogue
from visionlab.deep.explain.faithfulness import compare, randomised, sensitivity
from visionlab.deep.explain.subject import Subject
from visionlab.deep.explain.verdict import verdict
from visionlab.deep.model import Classifier
from visionlab.runtime.explaining import Explained, ExplainOptions, Method, explained
from visionlab.runtime.truth import Check


@pytest.fixture
def heat(classifier, prediction):
    options = ExplainOptions((Method("occlusion", {"patch": 2, "stride": 1}),))
    *_, last = explained(classifier, prediction, options, lambda: False)
    return last[0]


def never():
    return False


def always():
    return True


def test_all_is_measured_and_told_as_the_measures_themselves_say(classifier, heat):
    told = []
    Check(heat, told.append).go_on(classifier, never)
    steps = [truth.progress for truth in told]
    assert steps == sorted(steps)
    assert steps[-1] == 1
    assert len(steps) > 30  # told within the runs of the method too
    assert [truth.ended for truth in told] == [False] * (len(told) - 1) + [True]
    last = told[-1]
    assert not last.stopped
    assert not last.problems
    subject = Subject.predicted(classifier, heat.prediction)
    how = (subject, heat.target, catalogue()["occlusion"])
    params = heat.method.params
    *_, comparison = compare(subject, heat.target, heat.heatmap.importance)
    maps = list(randomised(*how, params=params))
    steady = sensitivity(*how, params=params)
    assert last.comparison.ours.gain == comparison.ours.gain
    assert [one.correlation for one in last.randomised] == [one.correlation for one in maps]
    assert last.sensitivity == steady
    assert last.verdict == verdict(comparison, maps, steady)


def test_it_leaves_off_between_pieces_and_goes_on_there(classifier, heat):
    told = []
    check = Check(heat, told.append)
    turns = 0
    while not (told and told[-1].ended):
        check.go_on(classifier, always)
        turns += 1
    assert turns > 10
    whole = []
    Check(heat, whole.append).go_on(classifier, never)
    assert told[-1].verdict == whole[-1].verdict
    assert told[-1].sensitivity == whole[-1].sensitivity
    count = len(told)
    check.go_on(classifier, never)  # there is nothing more to do
    assert len(told) == count


def test_it_ends_within_a_run_of_the_method_when_asked_and_leaves_no_hook(classifier, prediction):
    options = ExplainOptions((Method("smoothgrad", {"of": "guided backprop"}),))
    *_, last = explained(classifier, prediction, options, never)
    told = []

    def tell(truth):
        told.append(truth)
        if truth.randomised and not check.stopping:
            check.stop()

    check = Check(last[0], tell)
    check.go_on(classifier, never)
    assert told[-1].ended
    assert told[-1].stopped
    assert len(told[-1].randomised) == 1
    assert told[-1].sensitivity is None
    assert "random map" in told[-1].verdict  # what was measured is kept
    assert not any(part._forward_hooks for part in classifier.net.modules())


def test_one_that_is_ended_before_it_began_says_so(classifier, heat):
    told = []
    check = Check(heat, told.append)
    check.stop()
    check.go_on(classifier, never)
    assert [(truth.ended, truth.stopped) for truth in told] == [(True, True)]
    assert told[0].verdict == "Nothing was measured yet."


def test_what_cannot_be_measured_is_said_in_a_sentence_and_the_rest_is(classifier, heat):
    """A network without weights, such as those of ONNX files, cannot forget."""

    class Bare(torch.nn.Module):
        def forward(self, x):
            return torch.stack([x.mean((1, 2, 3)), x[..., 4, 4].mean(1), x.amax((1, 2, 3))], 1)

    told = []
    Check(heat, told.append).go_on(Classifier(classifier.card, Bare().eval()), never)
    last = told[-1]
    assert last.problems == ("Networks from ONNX files show no weights that could be randomised.",)
    assert last.comparison.centre is not None
    assert last.sensitivity is not None


def test_a_network_that_fails_is_told_in_sentences(classifier, heat):
    class Broken(torch.nn.Module):
        def forward(self, x):
            raise RuntimeError("expected 4 channels\nat line 7")

    told = []
    Check(heat, told.append).go_on(Classifier(classifier.card, Broken().eval()), never)
    last = told[-1]
    assert last.ended
    assert last.problems[0] == "A part of the check failed: expected 4 channels."
    assert all(problem.endswith(".") and "\n" not in problem for problem in last.problems)


def test_a_fault_of_the_program_does_not_leave_it_running(classifier, heat, caplog):
    told = []
    strange = Explained(Method("no such method"), heat.target, heat.prediction, heat.heatmap)
    Check(strange, told.append).go_on(classifier, never)
    assert told[-1].ended
    assert "fault in the program" in told[-1].problems[0]
    assert "the check of a heatmap failed" in caplog.text
