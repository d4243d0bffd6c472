"""The late days of learners in the whole course, as the course's late policy counts them."""

import math
from collections.abc import Collection
from typing import Any

from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

_DAY = 24 * 60 * 60
#: Days late in all assignments together, and what is left of a bank; None without a bank.
LateDays = tuple[float, float | None]


def read_late_days(
    gradebook: Any, config: Config, students: Collection[str]
) -> dict[str, LateDays]:
    """By learner.

    A policy that says so itself, by a method `late_days` as `LatePolicy` has, is asked. For any
    other, days count that have begun since the deadlines.
    """
    step = AssignLatePenalties(config=config)
    step.gradebook, step.assignment_id = gradebook, ""
    step.init_plugin()
    ask = getattr(step.plugin_inst, "late_days", None)
    if ask is not None:
        return {each: ask(gradebook, each) for each in students}
    days = dict.fromkeys(students, 0.0)
    for assignment in gradebook.assignments:
        for each in assignment.submissions:
            if each.student_id in days and each.total_seconds_late > 0:
                days[each.student_id] += math.ceil(each.total_seconds_late / _DAY)
    return {student: (late, None) for student, late in days.items()}
