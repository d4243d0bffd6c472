"""What goes out to the system that learners use: files, and what a person has to know of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.standing import Standing
from autograder.lms import moodle, table
from autograder.lms.gradebooks import SYSTEMS, fill_book, number_in
from autograder.lms.kept import kept_worksheets
from autograder.lms.sheet import read_content
from helpers.text import as_name, count

_SAFER = "The safe way is --gradebook FILE, with the gradebook that you have exported there."


@dataclass
class Made:
    """Files for an LMS.

    Attributes:
        files: their bytes.
        said: what there is to know.
        notes: what a person has to look at.
        numbers: Moodle's numbers of participants in this assignment, by learner's id.
    """

    files: dict[Path, bytes] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)


def in_worksheets(folder: Path, assignment: str, rows: list[Standing], target: Path) -> Made:
    """Each of Moodle's worksheets that came in, with grades.

    Raises:
        CannotGrade: there is none, or one that takes no grades.
    """
    sheets = kept_worksheets(folder, assignment)
    if not sheets:
        raise CannotGrade(
            "Moodle's grading worksheet is not known. Download it in Moodle, and run "
            "`autograder collect ZIP --worksheet FILE`."
        )
    made = Made()
    filled = [moodle.fill(read_content(path), rows) for path in sheets]
    for number, each in enumerate(filled, 1):
        path = target if number == 1 else target.with_stem(f"{target.stem}+{number}")
        made.files[path] = each.content
        made.numbers |= each.numbers
    where = "the worksheet" if len(sheets) == 1 else "any of the worksheets"
    without = [r.student for r in rows if r.handed_in and r.student not in made.numbers]
    made.notes += _named(f"No line of their own in {where}", without)
    made.notes += _named(
        "Locked in Moodle, and left as they are there", (s for each in filled for s in each.locked)
    )
    made.notes += _named(
        "Moodle's newest version passes over a 0 in a worksheet. After the upload, see that it is "
        "there, or type it, for",
        (s for each in filled for s in each.zeros),
    )
    made.notes += _named(
        "Moodle passes over locked grades. Which they are, its worksheet says in words that are "
        "not known here",
        (word for each in filled for word in each.unclear),
    )
    return made


def in_gradebook(
    form: str, gradebook: Path, title: str, rows: list[Standing], target: Path
) -> Made:
    """The gradebook that an LMS has exported, with marks in one column.

    Raises:
        CannotGrade: it is none, or has no such column, or this column has no points.
    """
    system = SYSTEMS[form]
    filled = fill_book(read_content(gradebook), rows, system, title)
    made = Made({target: filled.content})
    made.said.append(f"Marks of {count(filled.filled, 'learner')} stand under {filled.column!r}.")
    made.notes += _named(f"No line of their own in {as_name(gradebook.name)}", filled.without)
    for says in dict.fromkeys(filled.left.values()):
        who = (student for student, each in filled.left.items() if each == says)
        made.notes += _named(f"{says} in {system.name}, and left as they are there", who)
    return made


def for_import(form: str, title: str, rows: list[Standing], target: Path) -> Made:
    """A file for an LMS's import, made without its own gradebook."""
    system, head, made = SYSTEMS[form], title, Made()
    if form == "brightspace" and not system.item.fullmatch(head):
        head = f"{head} Points Grade"
    known = system.item.fullmatch(head)
    points = known["points"] if known else ""
    most = number_in(points) if points else None
    if form == "canvas":
        text = table.as_canvas(rows, head)
        made.said.append(
            f"Canvas makes a new assignment of it if none is called {head!r}, to the letter. "
            f"{_SAFER}"
        )
    elif form == "blackboard":
        text = table.as_blackboard(rows, head, most)
        if known is None:
            made.notes.append(
                f"Blackboard makes a new column of text of it, as {head!r} does not end with a "
                f"column's id: --column 'Quiz 3 [Total Pts: 10] |664617' has one. {_SAFER}"
            )
    else:
        text = table.as_brightspace(rows, head, most)
        made.said.append(f"Brightspace has to have an item for {head!r}. {_SAFER}")
    if most is None:
        whole = count(max(row.most for row in rows), "point")
        made.said.append(f"Marks are not scaled: they are out of {whole}.")
    made.files[target] = text.encode()
    return made


def _named(what: str, who: Iterable[str]) -> list[str]:
    """A sentence with all whom it is about; none where it is about nobody."""
    names = list(dict.fromkeys(who))
    return [f"{what}: {', '.join(map(as_name, names))}."] if names else []
