"""What being late costs, by the plugin that the course has chosen for nbgrader."""

from collections.abc import Collection
from typing import Any

from nbgrader.api import Assignment, SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import select
from traitlets.config import Config


class Penalties:
    """Works out penalties anew, from hours of submission and deadlines in the gradebook.

    Args:
        gradebook: nbgrader's, in a transaction.
        assignment: such as `classification`.
        config: the course's.
        students: some learners only; None for all.
    """

    def __init__(
        self,
        gradebook: Any,
        assignment: str,
        config: Config,
        students: Collection[str] | None = None,
    ) -> None:
        # A plugin may look at its parent, as a bank of late days does.
        self._step = AssignLatePenalties(config=config)
        self._step.gradebook, self._step.assignment_id = gradebook, assignment
        self._step.init_plugin()
        wanted = select(SubmittedAssignment).join(Assignment).where(Assignment.name == assignment)
        if students is not None:
            wanted = wanted.where(SubmittedAssignment.student_id.in_(students))
        submissions = gradebook.db.execute(wanted).scalars()
        self._late = {each.student_id: each.total_seconds_late for each in submissions}

    def of(self, student: str, score: float) -> float | None:
        """The points to take off a notebook; None where nbgrader keeps none.

        Args:
            student: whose.
            score: the notebook's points, with what persons have given.
        """
        late = self._late.get(student, 0.0)
        if late <= 0:
            return None
        self._step.student_id = student
        penalty = self._step.plugin_inst.late_submission_penalty(student, score, late)
        return None if penalty is None else min(max(0.0, float(penalty)), score)
