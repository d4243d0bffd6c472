"""Why nothing can be graded, as one sentence for the instructor."""

from autograder.errors import Refused


class CannotGrade(Refused):
    """Nothing can be graded; the message says why and what to do."""
