"""Why nothing can be graded, as one sentence for the instructor."""


class CannotGrade(RuntimeError):  # noqa: N818 - a finding about the course, not a fault of ours
    """Nothing can be graded; the message says why and what to do."""
