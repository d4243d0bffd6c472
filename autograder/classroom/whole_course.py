"""What learners have in all assignments of a course together."""

from dataclasses import dataclass, field

from autograder.classroom.course import open_course
from autograder.classroom.place import Place
from autograder.gradebook.late_days import LateDays
from autograder.gradebook.standing import Standing


@dataclass
class WholeCourse:
    """All marks.

    Attributes:
        standings: by assignment, those with earlier deadlines first, and by learner.
        late: late days by learner.
        without: assignments of which nothing is graded yet.
        faults: for whom something went wrong, in sentences.
    """

    standings: dict[str, dict[str, Standing]] = field(default_factory=dict)
    late: dict[str, LateDays] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def whole_course(place: Place) -> WholeCourse:
    """What everybody has in a course.

    Raises:
        CannotGrade: the gradebook cannot be used.
    """
    found, book = WholeCourse(), place.book()
    names = book.assignments()
    for name in names:
        each = open_course(name, to_read=True)
        each.settle()
        standings, faults = each.book.standings()
        each.faults |= faults
        found.faults += [f"{name}: {told}" for told in each.told()]
        each.book.close()
        if any(standing.handed_in for standing in standings.values()):
            found.standings[name] = standings
        else:
            found.without.append(name)
    found.without += [name for name in place.assignments() if name not in names]
    found.late = book.late_days({s for each in found.standings.values() for s in each})
    book.close()
    return found
