"""A late policy for nbgrader: grace, percent a day, a cap, a bank of late days, extensions.

In `nbgrader_config.py`:

    c.AssignLatePenalties.plugin_class = "autograder.late.LatePolicy"
    c.LatePolicy.percent_a_day = 10

It serves `autograder grade`, `nbgrader autograde` and formgrader, in any nbgrader course. Of an
extension here and one that the gradebook has (`autograder extend`), the longer counts.
"""

import math
from contextlib import suppress
from typing import Any

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Dict, Float, TraitError, validate

_DAY = 24 * 60 * 60


class LatePolicy(LateSubmissionPlugin):
    """Takes off a share of the points for each day that has begun since the deadline."""

    grace_minutes = Float(0, min=0, help="So late costs nothing.").tag(config=True)
    percent_a_day = Float(
        0, min=0, max=100, help="Of a notebook's points, for each day that has begun."
    ).tag(config=True)
    cap_percent = Float(100, min=0, max=100, help="More is never taken off.").tag(config=True)
    bank_days = Float(
        0,
        min=0,
        help="Late days that each learner has for nothing, in all assignments of the course "
        "together. Those with earlier due dates use them first.",
    ).tag(config=True)
    extensions = Dict(
        help="Days by which a learner's deadlines are later: {'ada': 2}, or by assignment: "
        "{'ada': {'classification': 2}}."
    ).tag(config=True)

    @validate("extensions")
    def _check_extensions(self, proposal: Any) -> Any:
        for learner, days in proposal["value"].items():
            for each in days.values() if isinstance(days, dict) else [days]:
                if isinstance(each, bool) or not isinstance(each, int | float) or not each >= 0:
                    raise TraitError(
                        f"LatePolicy.extensions gives {learner!r} {each!r} days: "
                        "give a number from 0 up."
                    )
        return proposal["value"]

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        """The points to take off a notebook, from 0 to its score.

        They are the same whenever it is asked: what earlier assignments have used of the bank is
        worked out from their hours of submission. The seconds are since the gradebook's deadline.
        """
        assignment = getattr(self.parent, "assignment_id", "")
        gradebook = getattr(self.parent, "gradebook", None)
        given = 0.0
        if gradebook is not None and student_id in self.extensions:
            with suppress(MissingEntry):
                given = _given(gradebook.find_submission(assignment, student_id))
        days = self._days(student_id, assignment, total_seconds_late, given)
        if days and self.bank_days and gradebook is not None:
            days -= min(days, self._left_in_bank(gradebook, student_id, assignment))
        return score * min(self.cap_percent, days * self.percent_a_day) / 100

    def late_days(self, gradebook: Gradebook, student: str) -> tuple[float, float]:
        """Days late in all assignments of the course, and what is left of the bank."""
        late = 0.0
        for each in gradebook.assignments:
            with suppress(MissingEntry):
                found = gradebook.find_submission(each.name, student)
                late += self._days(student, each.name, found.total_seconds_late, _given(found))
        return late, self._left_in_bank(gradebook, student, "")

    def _days(self, student: str, assignment: str, seconds: float, given: float) -> float:
        """Days begun after grace and extension; the gradebook has given so many seconds before."""
        extension = self.extensions.get(student, 0)
        if isinstance(extension, dict):
            extension = extension.get(assignment, 0)
        late = seconds - max(0.0, extension * _DAY - given) - self.grace_minutes * 60
        return float(math.ceil(late / _DAY)) if late > 0 else 0.0

    def _left_in_bank(self, gradebook: Gradebook, student: str, assignment: str) -> float:
        """What assignments with earlier due dates have left of a learner's late days."""
        due = {each.name: each.duedate for each in gradebook.assignments if each.duedate}
        left = self.bank_days
        for name in sorted(due, key=lambda name: (due[name], name)):
            if assignment in due and (due[name], name) >= (due[assignment], assignment):
                break
            try:
                submission = gradebook.find_submission(name, student)
            except MissingEntry:
                continue
            late, given = submission.total_seconds_late, _given(submission)
            left -= min(left, self._days(student, name, late, given))
        return float(left)


def _given(submission: SubmittedAssignment) -> float:
    """The seconds by which the gradebook has a learner's deadline later."""
    return float(submission.extension.total_seconds()) if submission.extension else 0.0
