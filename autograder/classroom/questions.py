"""What waits for a person: one entry for each thing to decide, with the commands that settle it."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from autograder.checks.table import PART_OF
from autograder.classroom.course import Course
from autograder.classroom.whose import asked_again
from autograder.console import command
from autograder.gradebook.decisions import SAME
from autograder.gradebook.records import Record
from autograder.gradebook.scores import NotebookScores
from autograder.gradebook.settle import BY_HAND, COMPARE, FLAG
from autograder.gradebook.standing import Standing
from autograder.submissions.cells import Note
from helpers.text import as_name, count, printable

#: The code of the question about answers that only a person marks.
_ANSWERS = "answers_by_hand"
_COMPARE = "A mark was given by hand, for another file. Compare it with what was found in this one."


@dataclass(frozen=True)
class Question:
    """Something that a person decides.

    Attributes:
        student: "" for what is about no single learner.
        notebook, part: what it is about; "" for all notebooks of the assignment, and for all of a
            notebook.
        file: the submitted file's name; "" where there is none.
        submission: what identifies that file.
        taken_by: who has taken it up; "" for nobody.
        new: no earlier `grade` has told it.
        look, settle: the commands that show what the marks rest on, and that settle it; "" for
            none. What stands in capitals in them is to be filled in.
        check: the one that it is about; "" for all of the part.
    """

    student: str
    notebook: str
    part: str
    code: str
    message: str
    file: str = ""
    submission: str = ""
    taken_by: str = ""
    new: bool = True
    look: str = ""
    settle: str = ""
    check: str = ""

    @property
    def key(self) -> str:
        """The same as long as the same thing is asked about the same file."""
        of = (self.student, self.notebook, self.part, self.code, self.submission, self.check)
        return hashlib.sha256("\0".join(of).encode("utf-8", "replace")).hexdigest()

    @property
    def about(self) -> str:
        """Notebook and exercise, as far as it is about one."""
        return ": ".join(filter(None, (self.notebook, self.part)))

    def sentence(self) -> str:
        """In one line: whom it is about, what, and why."""
        whom = as_name(self.student) if self.student else ""
        taken = (
            f"Taken up by {printable(self.taken_by).removesuffix('.')}." if self.taken_by else ""
        )
        return " ".join(
            filter(None, (": ".join(filter(None, (whom, self.about, self.message))), taken))
        )

    def as_json(self) -> dict[str, Any]:
        """Plain, for programs."""
        return asdict(self)


def questions(course: Course, standings: Iterable[Standing]) -> list[Question]:
    """All that waits for a person about these learners, in the order of learners and notebooks."""
    found: list[Question] = []
    with course.book.transaction():  # one for all that is read
        for standing in standings:
            with course.fault_of(standing.student, "What waits for a person could not be read"):
                found += questions_about(course, standing)
    return found


def questions_about(course: Course, standing: Standing) -> list[Question]:
    """All that waits for a person about one learner."""
    mine = [*_about(course, standing), *_asked_again(course, standing)]
    return list(_with_takers(course, standing, mine)) if mine else []


def _with_takers(
    course: Course, standing: Standing, mine: Iterable[Question]
) -> Iterator[Question]:
    """A learner's questions, each with who has taken it up."""
    taken = course.book.taken_by(standing.student)
    parts = {part for scores in standing.notebooks.values() for part in _parts(scores)}
    for each in mine:
        names = {
            who.by: None
            for (notebook, check), who in taken.items()
            if notebook in each.notebook.split(", ") or not each.notebook
            if each.check == check
            or (not each.check and (each.part == _part(check) or each.part not in parts))
        }
        yield replace(each, taken_by=", ".join(names))


def _asked_again(course: Course, standing: Standing) -> Iterator[Question]:
    """Points by hand that a person should look at once more, a check each."""
    records = course.book.records(standing.student)
    for grade, code, words in asked_again(course, standing):
        doubt = Note(code, _part(grade.check), words)
        record, scores = records.get(grade.notebook), standing.notebooks[grade.notebook]
        one = _question(course, standing.student, grade.notebook, doubt, record, scores)
        settle = _decide(course, standing.student, grade.check)
        # The sentence says all that there is to see: what confirms it stands below.
        yield replace(one, check=grade.check, look="", settle=settle)


def _part(check: str) -> str:
    return PART_OF[check].id if check in PART_OF else check


def _about(course: Course, standing: Standing) -> Iterator[Question]:
    student, records = standing.student, course.book.records(standing.student)
    broken: dict[tuple[str, str], list[Question]] = {}
    for name, scores in standing.notebooks.items():
        record = records.get(name)
        for doubt in doubts(record, scores) if record is not None else _by_hand(scores):
            each = _question(course, student, name, doubt, record, scores)
            whole = not doubt.part and doubt.code != _ANSWERS
            if record is not None and record.marks["error"] and whole:
                broken.setdefault((doubt.code, doubt.message), []).append(each)
            else:
                yield each
    # One file that could not be read stands for every notebook that it may have been.
    for same in broken.values():
        names = [each.notebook for each in same]
        whole = len(same) > 1 and set(names) == set(course.names)
        settled = [course.assignment] if whole else names
        commands = [_decide(course, student, what) for what in settled]
        yield replace(
            same[0], notebook="" if whole else ", ".join(names), settle="; ".join(commands)
        )


def _question(
    course: Course,
    student: str,
    name: str,
    doubt: Note,
    record: Record | None,
    scores: NotebookScores,
) -> Question:
    file, submission = (record.file, record.sha256) if record is not None else ("", "")
    return Question(
        student, name, doubt.part, doubt.code, doubt.message, file, submission,
        look=command("explain", student, doubt.part, assignment=course.other) if doubt.part else "",
        settle=_settled_by(course, student, name, doubt, scores),
    )  # fmt: skip


def _settled_by(
    course: Course,
    student: str,
    name: str,
    doubt: Note,
    scores: NotebookScores,
) -> str:
    """The commands that settle a doubt about a notebook.

    An answer that only a person marks has no points yet that one could confirm. A doubt about
    what is no part of the marks, such as a cell of another course, is about the whole notebook.
    """
    if doubt.code == _ANSWERS:
        answers = [check for check, why in scores.waits.items() if why == BY_HAND]
        return "; ".join(_decide(course, student, each, "POINTS") for each in answers)
    return _decide(course, student, doubt.part if doubt.part in _parts(scores) else name)


def _parts(scores: NotebookScores) -> set[str]:
    """What marks of a notebook are of: the exercises, or in another course the checks."""
    return set(map(_part, scores.grades))


def _decide(course: Course, student: str, what: str, points: str = SAME) -> str:
    whom = {"student": student, "assignment": course.other}
    return command("decide", what, points, **whom, by="NAME", reason="TEXT")


def doubts(record: Record, scores: NotebookScores) -> list[Note]:
    """Why a person should look at a graded notebook; empty where nothing waits."""
    marks, waits, found = record.marks, scores.waits, []
    flagged = {cell["part"] for cell in marks["cells"] if waits.get(cell["grade_id"]) == FLAG}
    if FLAG in waits.values():
        parts = {cell["part"] for cell in marks["cells"]}
        found += [Note(part="", **marks["error"])] if marks["error"] else []
        # What was decided about one exercise leaves the questions about others.
        found += [
            Note(**flag)
            for flag in marks["flags"]
            if flag["part"] not in parts or flag["part"] in flagged
        ]
    found += _by_hand(scores)
    if COMPARE in waits.values():
        parts_of = {cell["grade_id"]: cell["part"] for cell in marks["cells"]}
        asked = (parts_of.get(check, "") for check, why in waits.items() if why == COMPARE)
        found += [Note("by_hand", part, _COMPARE) for part in dict.fromkeys(asked)]
    return found


def _by_hand(scores: NotebookScores) -> list[Note]:
    waiting = sum(why == BY_HAND for why in scores.waits.values())
    if not waiting:
        return []
    words = f"{count(waiting, 'answer')} to mark by hand, in formgrader."
    return [Note(_ANSWERS, "", words)]


def sentences(told: Iterable[str]) -> Iterator[Question]:
    """What is to be told to a person in words alone."""
    for text in told:
        whole = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        yield Question("", "", "", "told", text, submission=whole)


def with_news(
    course: Course, students: Collection[str], asked: Iterable[Question]
) -> list[Question]:
    """The same questions, each with whether it is new; from then on none is."""
    every = list(asked)
    new = course.book.tell([*students, ""], {each.key: each.student for each in every})
    return [replace(each, new=each.key in new) for each in every]
