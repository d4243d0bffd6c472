"""A teacher's own list of learners: a CSV whose columns are known by their names."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from autograder.gradebook.learners import Person
from autograder.lms.archive import CannotCollect
from autograder.lms.hours import read_date
from autograder.lms.owners import id_of
from autograder.lms.sheet import parsed
from autograder.lms.stated import NoHour, stated
from helpers.text import count

#: What heads of columns may say, without capitals and signs; the first that there is counts.
_COLUMNS = {
    "id": ("id", "learner", "learnerid", "student", "studentid", "username", "login", "sisloginid"),
    "name": ("name", "fullname", "learnername", "studentname"),
    "first": ("firstname", "givenname"),
    "last": ("lastname", "surname", "familyname"),
    "email": ("email", "emailaddress", "mail"),
    "number": ("number", "lmsid", "lmsuserid", "canvasid", "moodleid", "participant"),
    "handed_in": ("handedin", "handedinat", "submitted", "submittedat", "submissiontime", "when"),
}
_FEW = 5


def read_learners(text: str, file: str) -> list[Person]:
    """The learners in a list, in its order; `file` is what sentences call it.

    Raises:
        CannotCollect: it is no such list, or lines of it cannot be read; all of them are named.
    """
    lines = parsed(text)[0]
    head = ["".join(filter(str.isalnum, cell.casefold())) for cell in lines[0]] if lines else []
    columns = {
        what: next((head.index(each) for each in names if each in head), None)
        for what, names in _COLUMNS.items()
    }
    if columns["id"] is None:
        there = ", ".join(map(repr, lines[0])) if lines else "none"
        raise CannotCollect(
            f"{file} has no column for who a learner is: head one with id or learner, and others "
            f"with name, email and handed_in, if you have them. Its columns: {there}."
        )
    people: list[Person] = []
    wrong: list[str] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        row = {
            what: cells[n].strip() if n is not None and n < len(cells) else ""
            for what, n in columns.items()
        }
        key = id_of(row["id"])
        if len(cells) > len(head):
            wrong.append(f"line {number} has more cells than the head")
        elif not key:
            wrong.append(f"line {number} names no learner")
        elif key in seen:
            wrong.append(f"lines {seen[key]} and {number} are of one learner, {key}")
        else:
            seen[key] = number
            try:
                people.append(_person(row))
            except NoHour as error:
                wrong.append(f"line {number}: {str(error).removesuffix('.')}")
    if wrong:
        more = f"; and {count(len(wrong) - _FEW, 'more line')}" if len(wrong) > _FEW else ""
        raise CannotCollect(f"{file} cannot be used: {'; '.join(wrong[:_FEW])}{more}.")
    if not people:
        raise CannotCollect(f"{file} names no learner.")
    return people


def _person(row: Mapping[str, str]) -> Person:
    name = row["name"] or " ".join(filter(None, (row["first"], row["last"])))
    return Person(row["number"], name, row["email"].lower(), row["id"], _hour(row["handed_in"]))


def _hour(text: str) -> datetime | None:
    if text in ("", "-"):
        return None
    try:
        return stated(text)
    except NoHour:
        if (found := read_date(text)) is None:  # as Moodle writes it, say
            raise
        return found


def matched(people: Iterable[Person], students: Collection[str]) -> Iterator[tuple[str, Person]]:
    """Which learners of the archive are in the list: by id, or else by address or name."""
    left, found = list(people), set[str]()
    for names in (lambda each: each.id_number, lambda each: each.email, lambda each: each.name):
        by: dict[str, list[Person]] = {}
        for each in left:
            by.setdefault(id_of(names(each)), []).append(each)
        for key, same in by.items():
            if key in students and key not in found and len(same) == 1:
                found.add(key)
                left.remove(same[0])
                yield key, same[0]
