"""What a learner has, without a gradebook."""

from autograder.gradebook.scores import GradeRow, NotebookScores
from autograder.gradebook.standing import Standing


def stood(student, *names, score=0.0, most=3.0, late=0.0, penalty=0.0, waits=False, handed_in=True):
    """A learner who has handed in one notebook, with one check of tanh, for so many points."""
    grade = GradeRow("1", student, "02_tanh", "check_tanh_values", score + penalty, None, None,
                     most, waits, "1", penalty)  # fmt: skip
    scores = NotebookScores({grade.check: grade}, penalty=penalty)
    return Standing(
        student, *names, most=most, handed_in=handed_in, late=late, notebooks={"02_tanh": scores}
    )
