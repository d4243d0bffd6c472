"""Who is in the course; a learner's new id."""

from dataclasses import dataclass, field

from nbgrader.api import Assignment, SubmittedAssignment
from sqlalchemy import select

from autograder.classroom.moving import (
    alone,
    folders_of,
    nobody,
    noted,
    pages_of,
    refuse_unfinished,
    unfinished,
)
from autograder.classroom.place import Place
from autograder.console import command
from autograder.gradebook import people
from autograder.gradebook.book import Gradebook
from autograder.gradebook.errors import CannotGrade
from autograder.lms import owners
from autograder.submissions.folder import is_id, is_new_id
from helpers.text import as_name


@dataclass
class Learner:
    """One learner, or an id that somebody has left behind.

    Attributes:
        number: the LMS's own; "" if it is not known.
        submitted: the assignments with a folder of submitted files.
        entered: those with a submission in the gradebook.
    """

    id: str
    name: str = ""
    email: str = ""
    number: str = ""
    submitted: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)


def learners(place: Place) -> list[Learner]:
    """Everybody of whom the gradebook or the folder of submitted files knows, by id."""
    found: dict[str, Learner] = {}
    with place.book().transaction() as gradebook:
        for each in gradebook.students:
            name = " ".join(filter(None, (each.first_name, each.last_name)))
            facts = (each.email or "", each.lms_user_id or "")
            found[each.id] = Learner(each.id, name, *facts)
        wanted = select(SubmittedAssignment.student_id, Assignment.name).join(Assignment)
        for student, name in gradebook.db.execute(wanted):
            found[student].entered.add(name)
    for folder in place.step("submitted").glob("[!.]*/[!.]*/"):
        if folder.is_dir() and is_id(student := folder.parent.name):
            found.setdefault(student, Learner(student)).submitted.add(folder.name)
    return [found[each] for each in sorted(found)]


def without_folder(book: Gradebook, assignment: str) -> list[str]:
    """Learners who have marks in the gradebook, and no folder in `submitted/`: ids left behind."""
    wanted = select(SubmittedAssignment.student_id).join(Assignment)
    with book.transaction() as gradebook:
        of_it = wanted.where(Assignment.name == assignment)
        entered = sorted(gradebook.db.scalars(of_it))
    return [each for each in entered if not book.submitted(each).is_dir()]


def left_behind(student: str) -> str:
    """The sentence for such a learner."""
    rename, remove = (
        command("learner", *words) for words in (("rename", student, "NEW"), ("remove", student))
    )
    return (
        f"{as_name(student)} has marks in the gradebook, and no folder in submitted/. If the "
        f"folder has another name now, `{rename}` gives it the marks, or `merge` in the place of "
        f"`rename` if NEW has marks too; `{remove}` deletes them."
    )


def rename(place: Place, old: str, new: str) -> dict[str, int]:
    """Give a learner another id, with all that there is; returns how many rows of each kind.

    Raises:
        CannotGrade: there is no such learner, or the other id is somebody's, or none.
    """
    book = place.book()
    book.see_that_it_changes()
    if not is_new_id(new):
        raise CannotGrade(f"{new!r} can be no learner's id, and no folder's name.")
    act: dict[str, object] = {"act": "rename", "old": old, "new": new}
    with alone(place):
        refuse_unfinished(place.folder / place.kept, act)
        again = unfinished(place.folder / place.kept) is not None
        with book.transaction() as gradebook:
            found = people.counts(gradebook.db, old)
            taken = bool(people.counts(gradebook.db, new))
        before, after = folders_of(place, old), folders_of(place, new)
        if not (again or found or any(each.exists() for each in before.values())):
            raise nobody(old)
        both = [each for name, each in after.items() if each.exists() and before[name].exists()]
        if old == new or (not again and (taken or both)):
            raise CannotGrade(
                f"{new!r} is the id of a learner already. If both are one, "
                f"`{command('learner', 'merge', old, new)}` makes them one."
            )
        with noted(place, act):
            with book.transaction() as gradebook:
                book.settle_all([old])  # what was typed in formgrader is a decision first
                people.rename(gradebook.db, old, new)
                book.settle_all([new])
            book.close()
            for name, folder in before.items():
                if folder.exists() and not after[name].exists():
                    folder.rename(after[name])
            for page in pages_of(place, old):
                page.rename(page.with_name(f"{new}.html"))
            owners.moved(place.folder / place.kept, old, new)
    return found
