"""A course of the notebooks that nbgrader ships: its example, and those of its own tests.

Each assignment has a source and what learners hand in; their names say what they did to it.
"""

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbgrader
from nbgrader.api import Gradebook

from autograder.course.nbgrader_log import quiet
from tests.support.stock import ROOT, run_nbgrader

SHIPPED = Path(nbgrader.__file__).parent
_GUIDE = SHIPPED / "docs/source/user_guide"
_APPS = SHIPPED / "tests/apps/files"
_STEPS = SHIPPED / "tests/preprocessors/files"
#: The settings of a course that somebody has; `protect` comes under them.
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "course101"
c.IncludeHeaderFooter.header = "source/header.ipynb"
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\\nraise NotImplementedError()"}
c.LateSubmissionPlugin.penalty_method = "zero"
c.Execute.timeout = 4
c.Sandbox.cell_seconds = 4
"""
#: What instructors are told to add, and to run.
GUIDE = (ROOT / "docs/any-course.md").read_text()
LINES, COMMANDS = (re.search(rf"```{kind}\n(.*?)```", GUIDE, re.S)[1] for kind in ("python", "sh"))
#: When `ps1` is due, and when one learner hands in.
_DUE, _LATE = "2026-02-01 12:00:00 UTC", "2026-02-03 12:00:00 UTC"


@dataclass(frozen=True)
class Shipped:
    """One assignment.

    Attributes:
        source: its notebooks, by name.
        handed_in: by learner, their files; True for the release as it is.
        files: that lie beside the source.
    """

    source: dict[str, Path]
    handed_in: dict[str, dict[str, Path] | bool]
    files: dict[str, str] = field(default_factory=dict)


def _submitted(folder, source, learners):
    files = {each: {"p1": folder / f"{file}.ipynb"} for each, file in learners.items()}
    return Shipped({"p1": folder / f"{source}.ipynb"}, {"untouched": True, **files})


def _alone(folder, *names, **files):
    """Notebooks without submissions: handed in as released, and solved."""
    return {
        name: Shipped(
            {"p1": folder / f"{name}.ipynb"},
            {"untouched": True, "solved": {"p1": folder / f"{name}.ipynb"}},
            files.get(name, {}),
        )
        for name in names
    }


EXAMPLE = Shipped(
    {name: _GUIDE / f"source/ps1/{name}.ipynb" for name in ("problem1", "problem2")},
    {
        "untouched": True,
        **{
            learner: {
                name: _GUIDE / f"submitted/{learner}/ps1/{name}.ipynb"
                for name in ("problem1", "problem2")
            }
            for learner in ("bitdiddle", "hacker")
        },
        "half": {"problem1": _GUIDE / "submitted/bitdiddle/ps1/problem1.ipynb"},
    },
    {"jupyter.png": "a picture"},
)
_CHANGES = {
    "changed": "submitted-changed",
    "grade_cell": "submitted-grade-cell-changed",
    "locked_cell": "submitted-locked-cell-changed",
}
CHANGED = _submitted(
    _APPS,
    "submitted-unchanged",
    {**_CHANGES, "cheat": "submitted-cheat-attempt"}
    | {"cheat_too": "submitted-cheat-attempt-alternative"},
)
TYPES = _submitted(
    _STEPS,
    "submitted-unchanged",
    {
        **_CHANGES,
        "answer_type": "submitted-answer-cell-type-changed",
        "check_type": "submitted-grade-cell-type-changed",
    },
)
ASSIGNMENTS = {
    "ps1": EXAMPLE,
    "changes": CHANGED,
    "types": TYPES,
    **{
        f"autotest-{kind}": _submitted(
            _APPS,
            f"autotest-{kind}",
            {end: f"autotest-{kind}-{end}" for end in ends},
        )
        for kind, ends in {
            "simple": ("unchanged", "changed"),
            "hashed": ("unchanged", "changed"),
            "multi": ("unchanged", "changed"),
            "hidden": ("unchanged", "changed-right", "changed-wrong"),
        }.items()
    },
    **_alone(
        _APPS,
        *("test", "test-hidden-tests", "test-with-output", "timeout", "validation-zero-points"),
        *("validating-environment-variable", "side-effects", "infinite-loop", "open_relative_file"),
        open_relative_file={"data.txt": "a\nb\nc\nd"},
    ),
    **_alone(_STEPS, "test_taskcell", "manually-graded-code-cell", "long-output"),
}


def make(folder, names):
    """A course with these assignments, entered by nbgrader, and all that was handed in.

    Who handed in half has missed the hour; data that lies beside has been changed by everybody.
    """
    (folder / "source").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    shutil.copy(_GUIDE / "source/header.ipynb", folder / "source")
    shutil.copy(_GUIDE / "autotests.yml", folder)
    for name in names:
        shipped, source = ASSIGNMENTS[name], folder / "source" / name
        source.mkdir()
        for notebook, path in shipped.source.items():
            shutil.copy(path, source / f"{notebook}.ipynb")
        for file, text in shipped.files.items():
            (source / file).write_text(text)
        code, log = run_nbgrader(folder, "generate_assignment", name, timeout=120)
        assert code == 0, log
        for learner, files in shipped.handed_in.items():
            target = folder / "submitted" / learner / name
            target.mkdir(parents=True)
            if files is True:
                files = {each: folder / f"release/{name}/{each}.ipynb" for each in shipped.source}
            for notebook, path in files.items():
                shutil.copy(path, target / f"{notebook}.ipynb")
            for file in shipped.files:
                (target / file).write_text("changed")
            if learner == "half":
                (target / "timestamp.txt").write_text(_LATE)
        with open_book(folder) as gradebook:
            gradebook.update_or_create_assignment(name, duedate=_DUE)
    return folder


def protected_copy(course, folder):
    """The same course, with the three lines."""
    shutil.copytree(course, folder)
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write(LINES)
    return folder


@contextmanager
def open_book(course):
    """A course's gradebook."""
    with quiet(), Gradebook(f"sqlite:///{(course / 'gradebook.db').as_posix()}") as gradebook:
        yield gradebook


def rows(course, assignment):
    """All that a gradebook says of an assignment, by learner, notebook and cell."""
    found = {}
    with open_book(course) as gradebook:
        for submission in gradebook.find_assignment(assignment).submissions:
            for notebook in submission.notebooks:
                where = submission.student_id, notebook.name
                found[where, "late"] = notebook.late_submission_penalty, submission.timestamp
                for grade in notebook.grades:
                    marks = grade.auto_score, grade.manual_score, grade.extra_credit
                    needs = grade.needs_manual_grade
                    found[where, grade.name] = (*marks, grade.max_score, grade.score, needs)
                for comment in notebook.comments:
                    found[where, comment.name, "said"] = comment.auto_comment, comment.comment
    return found
