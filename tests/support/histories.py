"""Random histories of a class, beside a model of a few lines that knows nothing of commands.

The model has the files, the policy, and what persons have decided.
"""

from __future__ import annotations

import copy
import shutil
from contextlib import nullcontext
from dataclasses import dataclass, field

import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from nbgrader.utils import compute_checksum, is_grade

from autograder.classroom import enter, regrade
from autograder.classroom.course import open_course
from autograder.classroom.decisions import Replaces, decide
from autograder.classroom.plan import todos
from autograder.gradebook.decisions import FULL, SAME
from autograder.running.one_file import marks_of
from autograder.workers.job import run_job
from tests.support import small
from tests.support.classes import NAME, hand_in, new_course

LEARNERS = ("ada", "ben", "cleo")
FILES = {each: small.ANSWERS[each] for each in ("ada", "ben", "cleo", "dan")}
PAGE = "page"  # a file that nobody can read
POINTS = {"check_tanh_values": 2, "check_tanh_gradient": 1, "check_tanh_pure": 1,
          "check_tanh_stable": 1}  # fmt: skip
CHECKS = tuple(POINTS)
DUE, HANDED_IN = "2026-03-01 10:00:00 UTC", "2026-03-02 09:00:00 UTC"  # one day has begun
POLICY = """
c.AssignLatePenalties.plugin_class = "autograder.late.LatePolicy"
c.LatePolicy.percent_a_day = {percent}
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course with nothing in it, and what workers find in each of four files."""
    with pytest.MonkeyPatch.context() as patch:
        folder = new_course(tmp_path_factory.mktemp("rule") / "course")
        for each, answer in FILES.items():
            hand_in(folder, each, small.notebook(answer))
        patch.chdir(folder)
        course, found = open_course("classification"), {}
        course.prepare()
        for todo in todos(course, None, force=True):
            found[todo.submission.student] = run_job(enter.job_of(course, todo.submission, NAME))
        with book(folder) as gradebook:
            gradebook.update_or_create_assignment("classification", duedate=DUE)
        course.book.close()
        shutil.rmtree(folder / "grading/submitted")
    return folder, found


def book(folder):
    return Gradebook(f"sqlite:///{folder / 'grading/gradebook.db'}", "moons-and-spirals")


@dataclass
class Made:
    """A decision as the model knows it: about whom, what, and which of the files."""

    student: str
    check: str
    kind: str
    points: float | None
    file: str | None
    by: str
    most: float
    over: bool = False  # typed in formgrader in place of what somebody had decided


@dataclass
class Class:
    """The class as it is done to, and as the model sees it."""

    folder: object
    found: dict
    percent: int = 0
    handed_in: dict = field(default_factory=dict)
    graded: dict = field(default_factory=dict)
    decisions: list = field(default_factory=list)
    worth: dict = field(default_factory=lambda: dict(POINTS))

    def course(self):
        return open_course("classification")

    # --- what can happen ---------------------------------------------------------------------

    def resubmit(self, student, file):
        text = "<html>" if file == PAGE else small.notebook(FILES[file])
        hand_in(self.folder, student, text)
        hand_in(self.folder, student, HANDED_IN, "timestamp.txt")
        self.handed_in[student] = file

    def policy(self, percent):
        config = self.folder / "nbgrader_config.py"
        plain = config.read_text().partition("\nc.AssignLatePenalties.plugin_class = ")[0]
        config.write_text(plain + POLICY.format(percent=percent))
        self.percent = percent

    def grade(self, *, force=False, student=None):
        course = self.course()
        for todo in todos(course, student, force):
            enter.begin(course, todo)
            who = todo.submission.student
            found = self.found.get(self.handed_in[who])
            enter.enter(course, [
                enter.ToEnter(todo.submission, name, copy.deepcopy(found)) for name in todo.grade
            ])  # fmt: skip
            for name in todo.points:
                regrade.enter_points(course, who, name)
            self.graded[who] = self.handed_in[who]
        course.book.settle()
        course.book.close()

    def nbgrader(self, student):
        """The steps of nbgrader's own command, each with a gradebook of its own, then ours."""
        if self.handed_in[student] == PAGE:
            self.grade(student=student, force=True)  # nbgrader's has nothing to run either
            return
        course = self.course()
        (todo,) = todos(course, student, force=True)
        enter.begin(course, todo)
        course.book.close()
        file = self.handed_in[student]
        found = copy.deepcopy(self.found[file])
        for cell in filter(is_grade, found.notebook.cells):
            cell.metadata.nbgrader.points = self.worth[cell.metadata.nbgrader.grade_id]
        url = f"sqlite:///{self.folder / 'grading/gradebook.db'}"
        names = {"student": student, "assignment": "classification", "notebook": NAME}
        for step in (SaveAutoGrades, AssignLatePenalties):
            resources = {"nbgrader": {**names, "db_url": url}}
            step(config=course.config).preprocess(found.notebook, resources)
        marks = marks_of(found.notebook, NAME, found.mended)
        record = enter.record_of(
            course, todo.submission, NAME, marks, "", claims=found.mended.claims
        )
        course.book.enter(found.notebook, student, NAME, record)
        course.book.close()
        self.graded[student] = file

    def regrade(self):
        course = self.course()
        for each in regrade.look(course):
            regrade.apply(course, each)  # also where nothing changes
        course.book.close()

    def show(self):
        """What `explain`, `export` and `report` begin with."""
        course = self.course()
        course.book.settle()
        course.book.close()

    def change_worth(self, check, points):
        """A check gets other points, and what was found before counts by them."""
        with book(self.folder) as gradebook:
            cell = gradebook.find_grade_cell(check, NAME, "classification")
            cell.max_score = self.worth[check] = points
            source = gradebook.find_source_cell(check, NAME, "classification")
            about = {"grade_id": check, "grade": True, "solution": False, "points": points}
            as_it_is = new_code_cell(source.source, metadata={"nbgrader": about})
            source.checksum = compute_checksum(as_it_is)
            gradebook.db.commit()
        self.grade()

    def decide(self, student, checks, points, by="N. N.", replace=False):
        course = self.course()
        before = {each: self.points(student, each) for each in checks} if student else {}
        refused = points != SAME and not replace and any(
            self.others(student, each, by) for each in checks
        )  # fmt: skip
        with pytest.raises(Replaces) if refused else nullcontext():
            decide(course, student, checks, points, by=by, reason="Because.", replace=replace)
        course.book.close()
        if refused:
            return
        if student is None and points == SAME:
            for each in self.graded:
                for check in checks:
                    self._note(each, check, SAME, self.points(each, check), by)
            return
        for check in checks:
            kind = points if isinstance(points, str) else "points"
            value = before[check] if kind == SAME else None if kind == FULL else points
            self._note(student or "*", check, kind, value, by)

    def others(self, student, check, by):
        """Whether somebody else's points count for a check, or for everybody."""
        if student is None:
            about = [each for each in self.decisions if (each.student, each.check) == ("*", check)]
            return bool(about) and about[-1].by != by
        made = self.rule(student, check)
        return made is not None and made.kind != "judged" and made.by != by

    def type(self, student, check, points):
        """As formgrader's handler does."""
        with book(self.folder) as gradebook:
            grade = gradebook.find_grade(check, NAME, "classification", student)
            if grade.manual_score == points:
                return  # nothing that anybody could see
            grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.db.commit()
        was = self.rule(student, check)
        over = was is not None and (was.over if was.by == "formgrader" else True)
        kind = "judged" if points is None else "points"
        self._note(student, check, kind, points, "formgrader", over)

    def _note(self, student, check, kind, points, *more):
        by, *over = more
        file = self.graded.get(student)
        made = Made(student, check, kind, points, file, by, self.worth[check], *over)
        self.decisions.append(made)

    # --- the model -----------------------------------------------------------------------------

    def rule(self, student, check):
        """The decision that counts, or None."""
        about = [each for each in self.decisions if each.check == check]
        file = self.graded[student]
        own = [
            each
            for each in about
            if each.student == student and not (each.kind == SAME and each.file != file)
        ]
        if own:
            return own[-1]
        if self.graded[student] == PAGE:
            return None  # it is for who has handed in what can be read
        return next((each for each in about[::-1] if each.student == "*"), None)

    def auto(self, student, check):
        if self.graded[student] == PAGE:
            return 0
        cells = [c for c in self.found[self.graded[student]].notebook.cells if c.get("outputs")]
        cell = next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == check)
        failed = any(output.output_type == "error" for output in cell.outputs)
        return 0 if failed else self.worth[check]

    def points(self, student, check):
        made = self.rule(student, check)
        if made is None or made.kind == "judged":
            return self.auto(student, check)
        worth = self.worth[check]
        return worth if made.kind == FULL else min(made.points, worth)

    def waits(self, student, check):
        made = self.rule(student, check)
        if made is not None and made.kind != "judged":
            changed = made.kind != FULL and made.most != self.worth[check]
            again = made.file != self.graded[student] or changed or made.over
            return made.student != "*" and again
        flagged = ("cleo", PAGE)  # the library's own tanh, and nothing to see
        return self.graded[student] in flagged or (made is not None and made.over)

    def expected(self):
        rows = {}
        for student in self.graded:
            whole = sum(self.points(student, check) for check in CHECKS)
            penalty = whole * self.percent / 100
            rows[student] = (
                {check: (self.points(student, check), self.waits(student, check))
                 for check in CHECKS},
                pytest.approx(penalty),
            )  # fmt: skip
        return rows

    def actual(self):
        rows = {}
        with book(self.folder) as gradebook:
            for submission in gradebook.assignment_submissions("classification"):
                (notebook,) = submission.notebooks
                rows[submission.student.id] = (
                    {g.name: (g.score, g.needs_manual_grade) for g in notebook.grades},
                    notebook.late_submission_penalty or 0.0,
                )
        return rows


def happen(a_class, chance, *, wider=False):
    """Have something happen, as chance will; returns it in words.

    In a `wider` world there are files that nobody can read, and checks get other points.
    """
    student, check = chance.choice(LEARNERS), chance.choice(CHECKS)
    whole = [student] if student in a_class.graded else []
    some = chance.choice([[check], list(CHECKS)])
    number = chance.choice([0, 0.5, 1])
    what = [
        ("grade", {}), ("grade", {"force": True}), ("grade", {"student": student}),
        ("nbgrader", {"student": student}), ("regrade", {}), ("show", {}),
        ("resubmit", {"student": student, "file": chance.choice([*FILES, *[PAGE] * wider])}),
        ("policy", {"percent": chance.choice([0, 10, 20])}),
        ("decide", {"student": None, "checks": some, "points": chance.choice([FULL, SAME, 1])}),
    ]  # fmt: skip
    if wider:
        what.append(("change_worth", {"check": check, "points": chance.choice([1, 2, 4])}))
    if whole:
        what += 2 * [
            ("decide", {"student": student, "checks": some, "points": FULL}),
            ("decide", {"student": student, "checks": some, "points": SAME}),
            ("decide", {"student": student, "checks": [check], "points": number}),
            ("type", {"student": student, "check": check, "points": chance.choice([None, number])}),
        ]
    name, arguments = chance.choice(what)
    if name == "decide":
        arguments |= {"by": chance.choice(["N. N.", "M. M."]), "replace": chance.random() < 0.5}
    getattr(a_class, name)(**arguments)
    return name, arguments
