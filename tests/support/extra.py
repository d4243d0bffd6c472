"""A second assignment beside ours: one notebook in `solutions/extra/`, checked by plain asserts."""

from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.support.classes import new_course

ASSIGNMENT, NAME = "extra", "05_more"
RIGHT = "def double(x):\n    return 2 * x"
#: Passes what it can see, and not the hidden test.
NEAR = "def double(x):\n    return 2"


def managed(grade_id, source, **more):
    """A cell with nbgrader's metadata."""
    facts = {"schema_version": 3, "grade_id": grade_id, "locked": False, "solution": False}
    cell = new_code_cell(source, id=grade_id)
    cell.metadata = {"nbgrader": facts | {"grade": False, "task": False} | more}
    return cell


def checking(grade_id, source, points=1):
    return managed(grade_id, source, grade=True, locked=True, points=points)


def solved(check="assert double(1) == 2", name="check_double"):
    """The solved notebook."""
    answer = RIGHT.replace("return", "### BEGIN SOLUTION\n    return") + "\n    ### END SOLUTION"
    hidden = (
        "### BEGIN HIDDEN TESTS\nassert double(4) == 8, 'not double of 4'\n### END HIDDEN TESTS"
    )
    return new_notebook(
        cells=[
            new_markdown_cell("Double a number.", id="text"),
            managed("double", answer, solution=True),
            checking(name, check),
            checking("check_double_more", f"print('trying 4')\n{hidden}", 2),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


def add(course, notebook=None):
    """Put the assignment's source into a course; returns its path."""
    path = course / "solutions" / ASSIGNMENT / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    write(notebook or solved(), path)
    return path


def new(folder):
    """A course with both assignments; this one is not released yet."""
    course = new_course(folder)
    add(course)
    return course


def answered(answer, released):
    """The released notebook with an answer."""
    for cell in released.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.source = answer
    return released
