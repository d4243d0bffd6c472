"""What stands in for the solved notebooks where grading must get on without them."""

import copy

from nbformat import NotebookNode

from autograder.course.template import graded_key, is_solution
from autograder.errors import Refused


def without_solutions(name: str, solved: NotebookNode, released: NotebookNode) -> NotebookNode:
    """A released notebook whose check cells are whole, hidden tests and all, and no answer in it.

    Raises:
        Refused: it was released before an exercise was added.
    """
    whole = {graded_key(cell): cell for cell in solved.cells if graded_key(cell)}
    if missing := whole.keys() - set(map(graded_key, released.cells)):
        raise Refused(
            f"{name} was released without {', '.join(sorted(missing))}: release it again."
        )
    made = copy.deepcopy(released)
    for cell in made.cells:
        if (own := whole.get(graded_key(cell))) is not None:
            cell.metadata = copy.deepcopy(own.metadata)
            if not is_solution(own):
                cell.source = own.source
    return made
