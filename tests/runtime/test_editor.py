import pytest

from visionlab.core.pipeline import Pipeline, Runner, StageError, Step
from visionlab.operations import catalogue
from visionlab.runtime.editor import Editor


@pytest.fixture
def editor(qapp):
    return Editor(catalogue())


def ops(editor):
    return [step.op for step in editor.pipeline.steps]


def test_add_puts_a_step_after_the_selected_one_and_selects_it(editor):
    editor.add("canny")
    editor.add("gaussian_blur")
    editor.select(0)
    editor.add("invert")
    assert ops(editor) == ["canny", "invert", "gaussian_blur"]
    assert editor.selected == 1
    editor.add("median_blur", 0)
    assert ops(editor)[0] == "median_blur"


def test_every_edit_can_be_undone_and_redone(editor):
    editor.add("canny")
    editor.add("invert")
    edits = [
        lambda: editor.move(0, 1),
        lambda: editor.toggle(0, False),
        lambda: editor.duplicate(1),
        lambda: editor.add("canny", 0, ksize=5, l2_gradient=True),
        editor.reset_params,
        lambda: editor.remove(0),
        editor.clear,
    ]
    states = [editor.pipeline]
    for edit in edits:
        edit()
        assert editor.pipeline != states[-1]
        states.append(editor.pipeline)
    for state in reversed(states[:-1]):
        editor.undo()
        assert editor.pipeline == state
    for state in states[1:]:
        editor.redo()
        assert editor.pipeline == state
    assert not editor.can_redo


def test_a_drag_of_one_control_undoes_as_one(editor, qtbot):
    editor.add("canny")
    before = editor.pipeline
    for low in range(51, 80):
        editor.set_param("thresholds", (float(low), 150.0))
    editor.end_edit()
    editor.set_param("thresholds", (10.0, 150.0))
    editor.undo()
    assert editor.selected_step.params["thresholds"] == (79.0, 150.0)
    editor.undo()
    assert editor.pipeline == before


def test_two_controls_undo_apart_and_equal_values_change_nothing(editor, qtbot):
    editor.add("canny")
    editor.set_param("ksize", 5)
    editor.set_param("l2_gradient", True)
    editor.undo()
    assert editor.selected_step.params["ksize"] == 5
    with qtbot.assertNotEmitted(editor.pipelineChanged):
        editor.set_param("ksize", 5)


def test_a_new_edit_forgets_what_was_undone(editor):
    editor.add("canny")
    editor.undo()
    editor.add("invert")
    assert not editor.can_redo
    assert ops(editor) == ["invert"]


def test_selection_is_never_outside(editor):
    editor.add("canny")
    editor.add("invert")
    editor.remove(1)
    assert editor.selected == 0
    editor.select(7)
    assert editor.selected == 0
    editor.remove(0)
    assert editor.selected == -1
    assert editor.selected_step is None
    editor.move(0, 0)
    editor.add("canny")
    editor.move(0, 5)
    editor.move(0, -1)
    assert ops(editor) == ["canny"]


def test_modified_compares_with_what_was_saved(editor):
    editor.load(Pipeline((Step.of(catalogue()["canny"]),)))
    assert not editor.modified
    editor.set_param("ksize", 5)
    assert editor.modified
    editor.undo()
    assert not editor.modified
    editor.redo()
    editor.mark_saved()
    assert not editor.modified


def test_edits_that_change_nothing_are_no_edits(editor, qtbot):
    for op in ("canny", "canny", "invert"):
        editor.add(op)
    editor.move(2, 0)
    editor.undo()
    past = editor.pipeline
    with qtbot.assertNotEmitted(editor.pipelineChanged):
        editor.select(0)
        editor.reset_params()
        editor.toggle(0, True)
        editor.move(0, 1)  # past its twin
    assert editor.selected == 1
    assert editor.can_redo
    editor.redo()
    assert ops(editor) == ["invert", "canny", "canny"]
    editor.undo()
    assert editor.pipeline == past
    editor.undo()
    assert ops(editor) == ["canny", "canny"]


def test_a_control_dragged_back_to_where_it_began_is_no_edit(editor):
    editor.add("gaussian_blur")
    editor.add("canny")
    before = editor.selected_step.params["ksize"]
    for ksize in (5, 7, 5, before):
        editor.set_param("ksize", ksize)
    editor.end_edit()
    editor.undo()
    assert ops(editor) == ["gaussian_blur"]
    editor.redo()
    for ksize in (5, before, 7):  # and on to another place
        editor.set_param("ksize", ksize)
    editor.undo()
    assert editor.selected_step.params["ksize"] == before


def test_what_was_undone_is_forgotten_when_other_steps_are_opened(editor):
    editor.add("canny")
    editor.undo()
    editor.load(Pipeline((Step.of(catalogue()["invert"]),)))
    assert not editor.can_redo


def test_each_recipe_knows_its_file_and_what_is_kept_there(editor, tmp_path):
    one, two, three = (tmp_path / f"{name}.json" for name in ("one", "two", "three"))
    editor.load(Pipeline((Step.of(catalogue()["canny"]),)), one)
    editor.load(Pipeline((Step.of(catalogue()["invert"]),)), two)
    assert (editor.path, editor.modified) == (two, False)
    editor.undo()
    assert (editor.path, editor.modified) == (one, False)
    editor.redo()
    assert (editor.path, editor.modified) == (two, False)
    editor.add("median_blur")
    editor.mark_saved(three)
    editor.undo()
    assert (editor.path, editor.modified) == (three, True)


def test_steps_that_are_kept_nowhere_are_modified(editor):
    editor.load(Pipeline((Step.of(catalogue()["canny"]),)), saved=False)
    assert editor.modified
    assert editor.path is None


def test_opening_other_steps_can_be_undone(editor):
    editor.add("canny")
    editor.load(Pipeline((Step.of(catalogue()["invert"]),)))
    editor.undo()
    assert ops(editor) == ["canny"]


def test_mend_inserts_the_step_that_the_error_names(editor, rgb_frame):
    editor.add("canny")
    error = Runner(catalogue()).run(rgb_frame, editor.pipeline).stages[0].error
    assert isinstance(error, StageError)
    editor.mend(0, error)
    assert len(editor.pipeline) == 2
    assert editor.selected == 1
    run = Runner(catalogue()).run(rgb_frame, editor.pipeline)
    assert run.error is None
