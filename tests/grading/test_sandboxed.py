"""nbgrader's own autograde runs learners' code in the sandbox too, by `nbgrader_config.py`."""

import shutil

import pytest

from autograder.demo.pipeline import DemoCourse, PipelineFailed
from autograder.grading.course import read_notebook
from autograder.grading.execute import RUN
from autograder.grading.marks import read_marks
from tests.grading.classes import NAME, dying, hand_in, new_course, solved


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
        assert sum(nbgrader.scores(learner).values()) == score
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
