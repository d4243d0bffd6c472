"""What a name on the command line stands for: an exercise with its checks, or one check.

Exercises of ours are in the table. Those of another assignment are the solution cells of the
learner's graded notebook, each with the checks below it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from autograder.checks.table import PARTS
from autograder.classroom.course import Course
from autograder.console import shown
from autograder.course.folders import read_notebook
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.scores import GradeRow
from autograder.gradebook.standing import Standing
from helpers.text import as_name

#: Of what a check cell printed, so much is shown.
_LONGEST = 1000


@dataclass
class Asked:
    """What is to be explained of a learner's notebook.

    Attributes:
        title: what it is called.
        part: that it belongs to, as marks name it; "" where that is only a check.
        printed: what the check cells have printed, by check; nothing of checks of ours.
    """

    notebook: str
    title: str
    part: str
    grades: list[GradeRow]
    printed: dict[str, str] = field(default_factory=dict)


def find(course: Course, standing: Standing, name: str) -> Asked:
    """What a name stands for in what a learner has.

    Raises:
        CannotGrade: nothing; the message names what is there.
    """
    known: dict[str, None] = {}
    for notebook, scores in standing.notebooks.items():
        graded = _graded(course, standing.student, notebook)
        parts = {**_cells_with_checks(graded), **_ours(scores.grades)}
        known |= dict.fromkeys([*parts, *scores.grades])
        if name in parts or name in scores.grades:
            checks = parts.get(name, [name])
            title = f"{as_name(name)} ({notebook})"
            if name in PARTS:
                title = f"exercise {PARTS[name].label} ({PARTS[name].title})"
            part = next((part for part, its in parts.items() if checks[0] in its), name)
            grades = [scores.grades[check] for check in checks if check in scores.grades]
            return Asked(notebook, title, part, grades, _printed(graded, checks))
    raise CannotGrade(
        f"There is no part {name!r} in {course.assignment}. The parts and checks are "
        f"{', '.join(known)}."
    )


def checks_below(course: Course, grades: Iterable[GradeRow], name: str) -> list[str]:
    """The checks below the solution cell of a name; [] for none.

    It is looked for in one graded notebook of each name, among those that the grades are of.
    """
    looked_at: set[str] = set()
    for student, notebook in dict.fromkeys((each.student, each.notebook) for each in grades):
        graded = _graded(course, student, notebook) if notebook not in looked_at else None
        if graded is None:
            continue
        if checks := _cells_with_checks(graded).get(name):
            return checks
        looked_at.add(notebook)
    return []


def _ours(grades: dict[str, GradeRow]) -> dict[str, list[str]]:
    """The exercises of the table that a notebook has."""
    return {part.id: list(part.checks) for part in PARTS.values() if part.checks.keys() & grades}


def _graded(course: Course, student: str, notebook: str) -> NotebookNode | None:
    path = course.book.autograded(student) / f"{notebook}.ipynb"
    try:
        return read_notebook(path)
    except (OSError, ValueError, AttributeError):  # nobody has graded it, or somebody edited it
        return None


def _cells_with_checks(notebook: NotebookNode | None) -> dict[str, list[str]]:
    """The checks by the solution cell that they stand below."""
    found: dict[str, list[str]] = {}
    part = ""
    for cell in notebook.cells if notebook is not None else ():
        if is_solution(cell):
            part = cell.metadata.nbgrader.grade_id
            found[part] = [part] if is_grade(cell) else []
        elif is_grade(cell) and part:
            found[part].append(cell.metadata.nbgrader.grade_id)
    return {part: checks for part, checks in found.items() if checks}


def _printed(notebook: NotebookNode | None, checks: list[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for cell in notebook.cells if notebook is not None else ():
        if is_grade(cell) and cell.metadata.nbgrader.grade_id in checks:
            outputs = [each for each in cell.get("outputs", []) if each.output_type == "stream"]
            said = "".join(str(each.get("text", "")) for each in outputs)
            texts[cell.metadata.nbgrader.grade_id] = shown(said[:_LONGEST])
    return texts
