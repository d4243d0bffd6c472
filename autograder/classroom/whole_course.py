"""What learners have in all assignments of a course together."""

from dataclasses import dataclass, field

from autograder.classroom.course import Course, open_course
from autograder.course.folders import assignments_in
from autograder.gradebook.late_days import LateDays
from autograder.gradebook.standing import Standing


@dataclass
class WholeCourse:
    """All marks.

    Attributes:
        course: one of its assignments, open.
        standings: by assignment, those with earlier deadlines first, and by learner.
        late: late days by learner.
        without: assignments of which nothing is graded yet.
        faults: for whom something went wrong, in sentences.
    """

    course: Course
    standings: dict[str, dict[str, Standing]] = field(default_factory=dict)
    late: dict[str, LateDays] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def whole_course(first: str) -> WholeCourse:
    """The course around the working folder, of which one assignment is named.

    Raises:
        FileNotFoundError: there is none; the message says where to go.
        CannotGrade: it has no such assignment, or the gradebook cannot be used.
    """
    course = open_course(first, to_read=True)
    found = WholeCourse(course)
    names = course.book.assignments()
    for name in names:
        each = course if name == course.assignment else open_course(name, to_read=True)
        each.settle()
        standings, faults = each.book.standings()
        each.faults |= faults
        found.faults += [f"{name}: {told}" for told in each.told()]
        each.book.close()
        if any(standing.handed_in for standing in standings.values()):
            found.standings[name] = standings
        else:
            found.without.append(name)
    found.without += [name for name in assignments_in(course.folder) if name not in names]
    found.late = course.book.late_days({s for each in found.standings.values() for s in each})
    return found
