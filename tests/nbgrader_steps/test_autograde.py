"""nbgrader's own autograde runs learners' code in the sandbox too, by `nbgrader_config.py`."""

import json
import os
import shutil
from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.course.folders import read_notebook
from autograder.demo.pipeline import DemoCourse, PipelineFailed
from autograder.running import evidence
from autograder.running.marks import read_marks
from autograder.running.notebook import RUN
from tests.support import damage
from tests.support.classes import NAME, dying, hand_in, new_course, solved
from tests.support.kept import nbgraders, points, records


@pytest.fixture
def course(tmp_path):
    course = new_course(tmp_path / "course")
    shutil.rmtree(course / "notebooks")  # nbgrader leaves a release alone that is there
    return course


def test_a_dying_kernel_costs_its_own_notebook_alone(course):
    hand_in(course, "dies", dying())
    hand_in(course, "solved", solved())
    nbgrader = DemoCourse(course)
    nbgrader.release()
    for learner, score in (("dies", 0), ("solved", 5)):
        nbgrader.autograde(learner)
        assert sum(points(course, learner).values()) == score
    folder = course / "grading/autograded"
    dead, whole = (
        read_notebook(folder / learner / "classification" / f"{NAME}.ipynb")
        for learner in ("dies", "solved")
    )
    assert "encryption" in whole.metadata[RUN]["protection"]["layers"]
    assert (whole.metadata[RUN]["stopped"], dead.metadata[RUN]["stopped"]) == ([], ["kernel_died"])
    assert {cell.code for cell in read_marks(dead, NAME).cells} == {"kernel_died"}


def test_what_the_settings_demand_is_demanded_here_too(course):
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.Sandbox.require = ['moat']\n")
    hand_in(course, "solved", solved())
    nbgrader = DemoCourse(course)
    nbgrader.release()
    with pytest.raises(PipelineFailed, match="'moat', which is no layer"):
        nbgrader.autograde("solved")


# --- nbgrader's command gives the marks of `autograder grade` -------------------------------------

HANDFUL = [
    damage.strip_all,
    damage.edit_checks,
    damage.answers_to_markdown,
    damage.merge_answers_with_checks,
]
#: nbgrader gives up on these files before any of its steps.
UNREADABLE = [damage.odd_types, damage.wrong_outputs]
REST = [case.damage for case in damage.DAMAGE if case.damage not in HANDFUL + UNREADABLE]


def both(course, damages, capsys):
    """Every damaged notebook graded by nbgrader, then by `autograder grade`: two lists of facts."""
    for each in damages:
        notebook = solved()
        each(notebook)
        hand_in(course, each.__name__, json.dumps(notebook))
    nbgrader = DemoCourse(course)
    nbgrader.release()
    for each in damages:
        nbgrader.autograde(each.__name__)
    first = {each.__name__: facts(course, each.__name__) for each in damages}
    here = Path.cwd()
    os.chdir(course)
    try:
        main(["grade"])
        assert f"0 notebooks to grade, {len(damages)} graded before" in capsys.readouterr().out
        main(["grade", "--force"])
    finally:
        os.chdir(here)
    return first, {each.__name__: facts(course, each.__name__) for each in damages}


def facts(course, learner):
    """Marks, who has to look, the record without its date, and the secret of the questions."""
    with nbgraders(course) as gradebook:
        notebook = gradebook.find_submission_notebook(NAME, "classification", learner)
        grades = {g.name: (g.auto_score, g.score, g.needs_manual_grade) for g in notebook.grades}
    (record,) = records(course)[learner].values()
    kept = evidence.read(evidence.path_of(course, learner, "classification", NAME))
    return grades, {**record, "graded": "", "seconds": 0.0}, kept


def test_nbgraders_own_command_mends_asks_and_keeps_as_grade_does(course, capsys):
    first, second = both(course, HANDFUL, capsys)
    assert first == second
    assert {sum(score for _, score, _ in grades.values()) for grades, _, _ in first.values()} == {5}
    asks = {name for name, (grades, _, _) in first.items() if any(g[2] for g in grades.values())}
    assert asks == {"answers_to_markdown"}


@pytest.mark.slow
def test_all_kinds_of_damage_that_nbgrader_can_read(course, capsys):
    first, second = both(course, REST, capsys)
    assert first == second


@pytest.mark.parametrize("change", UNREADABLE, ids=lambda each: each.__name__)
def test_what_nbgrader_cannot_read_stays_for_grade(course, change):
    notebook = solved()
    change(notebook)
    hand_in(course, "broken", json.dumps(notebook))
    nbgrader = DemoCourse(course)
    nbgrader.release()
    with pytest.raises(PipelineFailed):
        nbgrader.autograde("broken")
