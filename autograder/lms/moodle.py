"""What goes back to Moodle: worksheets with grades, and pages."""

import io
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from autograder.files import safe_name
from autograder.gradebook.errors import CannotGrade
from autograder.gradebook.learners import Person
from autograder.gradebook.standing import Standing
from autograder.lms.archive import CannotCollect
from autograder.lms.layout import alike
from autograder.lms.sheet import NoSheet, Sheet
from autograder.lms.worksheet import Worksheet, people_of, plain, words


@dataclass
class Filled:
    """A sheet with grades, and what a person has to know of it.

    Attributes:
        content: the sheet's bytes.
        numbers: by learner's id, the participant's number there.
        locked: those whose grade cannot be changed in Moodle.
        zeros: those who get a 0, which Moodle's newest code passes over.
        unclear: words of an unknown language that say whether grades can be changed.
    """

    content: bytes
    numbers: dict[str, str] = field(default_factory=dict)
    locked: list[str] = field(default_factory=list)
    zeros: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def fill(content: bytes, rows: Collection[Standing]) -> Filled:
    """A worksheet with a grade in the line of each learner who has handed in.

    Nothing else in it is new. Grades are scaled to Moodle's maximum.

    Raises:
        CannotCollect: it is no worksheet.
        CannotGrade: no column of grades can be found, or grades are words.
    """
    sheet = Sheet(content)
    found = Worksheet(sheet)
    if found.maximum is None or found.scale:
        what = "Grades are words of a scale" if found.scale else "No column of grades was found"
        raise CannotGrade(
            f"{what} in Moodle's worksheet. Set the assignment's grade type to points in Moodle, "
            "download the worksheet again, and collect with --worksheet."
        )
    column, made = found.maximum - 1, Filled(content, _numbers(found, rows))
    no, yes = words("no"), words("yes")
    said = {word for word in found.values(found.changeable) if word}
    made.unclear = sorted(word for word in said if plain(word) not in no | yes)
    for row in rows:
        if row.student not in made.numbers:
            continue
        line = found.lines[made.numbers[row.student]]
        maximum = sheet.cell(line, found.maximum)
        grade = row.score / row.most * number_of(maximum) if row.most else 0.0
        shown = f"{grade:.2f}"
        before = sheet.cell(line, column)
        if before not in ("", "-") and number_of(before) == float(shown):
            continue
        if found.changeable is not None and plain(sheet.cell(line, found.changeable)) in no:
            made.locked.append(row.student)
            continue
        if not float(shown):
            made.zeros.append(row.student)
        sheet.set(line, column, shown.replace(".", ",") if "," in maximum else shown)
    made.content = sheet.content
    return made


def number_of(text: str) -> float:
    """A number, with a point or a comma before its decimals."""
    return float(text.replace(",", "."))


def _numbers(found: Worksheet, rows: Iterable[Standing]) -> dict[str, str]:
    """Which participant is which learner who has handed in; whom two could be is nobody.

    An address or an id goes before the number: that is another one in each assignment of Moodle's.
    """
    people = people_of(found)
    emails = _unique({number: each.email for number, each in people.items()})
    ids = _unique({number: plain(each.id_number) for number, each in people.items()})
    # What an id was made of that holds this assignment's own number.
    made = {plain(f"{each.name}-{number}"): number for number, each in people.items() if each.name}
    made |= {plain(f"participant-{number}"): number for number in people}
    whose: dict[str, list[str]] = {}
    for row in (each for each in rows if each.handed_in):
        key = plain(row.student)
        ways = (emails.get(row.email.lower()), emails.get(row.student), ids.get(key), made.get(key))
        number = next(filter(None, ways), row.number if _may_be(row, people) else "")
        if number in people:
            whose.setdefault(number, []).append(row.student)
    return {who[0]: number for number, who in whose.items() if len(who) == 1}


def _may_be(row: Standing, people: Mapping[str, Person]) -> bool:
    """Whether a learner may be the participant of that number: it may have been a team's."""
    name = " ".join(filter(None, (row.first_name, row.last_name)))
    person = people.get(row.number)
    return person is not None and (not name or not person.name or alike(name, person.name))


def _unique(values: Mapping[str, str]) -> dict[str, str]:
    """Whose each value is that only one has."""
    often = Counter(values.values())
    return {value: number for number, value in values.items() if value and often[value] == 1}


def leave_out(content: bytes, student: str, email: str, number: str) -> bytes:
    """A worksheet without the lines of one participant, whose id, address or number they have.

    What is no worksheet is left as it is.
    """
    try:
        sheet = Sheet(content)
        found = Worksheet(sheet)
    except (CannotCollect, NoSheet):
        return content
    gone = {
        found.lines[each.number]
        for each in people_of(found).values()
        if each.number == number
        or (email and each.email == email.lower())
        or (each.id_number and plain(each.id_number) == plain(student))
        or f"participant-{each.number}" == student
        or each.email == student
    }
    sheet.drop(gone)
    return sheet.content


def feedback_zip(
    pages: Mapping[str, bytes], rows: Iterable[Standing], numbers: Mapping[str, str]
) -> bytes:
    """A zip of pages, by learner's id, for Moodle's "upload multiple feedback files in a zip".

    Learners without a participant's number in this assignment are left out.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in rows:
            if row.student in numbers and row.student in pages:
                name = " ".join(filter(None, (row.first_name, row.last_name)))
                # Moodle tells the parts of a name by this sign.
                name = safe_name(name.replace("_", " ")) or "Participant"
                folder = f"{name}_{numbers[row.student]}_assignsubmission_file_"
                archive.writestr(f"{folder}/feedback.html", pages[row.student])
    return target.getvalue()
