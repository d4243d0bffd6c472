"""The sample class's files are read as they are meant, and give notebooks as learners hand in."""

import json

import nbformat
import pytest

from autograder.checks.table import BLANK, CHECKS, PARTS
from autograder.course.folders import cell_name
from autograder.demo.build import fill, released_notebooks, write_submissions
from autograder.demo.sample import parse, sample_class

TEXT = """# Earns tanh, check_moons_data_split: a try.

# %% hands-in 02_tanh 01_moons
# %% saved-by colab

# %% moons_data
X = 1


y = 2

# %% extra after=moons_data
print(X)
"""


def test_a_file_is_read():
    learner = parse("ann", TEXT)
    assert (learner.name, learner.summary) == ("ann", "a try.")
    assert learner.passes == {*PARTS["tanh"].checks, "check_moons_data_split"}
    assert learner.earns == PARTS["tanh"].points + CHECKS["check_moons_data_split"].points
    assert learner.cells == {"moons_data": "X = 1\n\n\ny = 2"}
    assert learner.extras == {"moons_data": ["print(X)"]}
    assert learner.notebooks == ("02_tanh", "01_moons")
    assert learner.saved_by == "colab"


@pytest.mark.parametrize(
    "text",
    [
        "X = 1",
        "# Earns tan: a.\n",
        "# Earns 3 of 29: a.\n",
        "# Earns tanh: a.\n# %% moons_dta\n",
        "# Earns tanh: a.\n# %% extra after=start\n",
        "# Earns tanh: a.\n# %% tanh\n# %% tanh\n",
        "# Earns tanh: a.\n# %% saved-by hand\n",
    ],
)
def test_a_slip_in_a_file_is_named(text):
    with pytest.raises(ValueError, match="ann: "):
        parse("ann", text)


def test_the_class_is_complete_and_can_be_narrowed():
    names = [learner.name for learner in sample_class()]
    assert len(names) >= 11
    assert names == sorted(names)
    assert [learner.name for learner in sample_class(["linear-model", "blank"])] == [
        "blank",
        "linear-model",
    ]
    with pytest.raises(ValueError, match=r"called nobody; the learners are blank, "):
        sample_class(["nobody"])


def test_answers_stand_below_the_exercise_line_and_all_else_is_as_released():
    released = released_notebooks()["01_moons"]
    before = released.copy()
    notebook = fill(released, parse("ann", TEXT.replace("saved-by colab", "saved-by jupyter")))
    assert released == before
    sources = {cell_name(cell): cell.source for cell in notebook.cells}
    first = next(c.source for c in released.cells if cell_name(c) == "moons_data").splitlines()[0]
    assert sources["moons_data"] == f"{first}\nX = 1\n\n\ny = 2"
    extra = [cell["id"] for cell in notebook.cells if cell["id"].startswith("extra-")]
    assert extra == ["extra-moons_data-1"]
    untouched = [cell for cell in notebook.cells if cell_name(cell) != "moons_data"]
    assert [cell for cell in untouched if cell["id"] not in extra] == [
        cell for cell in released.cells if cell_name(cell) != "moons_data"
    ]
    assert all(BLANK in sources[part] for part in PARTS if part in sources and part != "moons_data")


def test_submissions_lie_where_nbgrader_looks(tmp_path):
    write_submissions(tmp_path, sample_class(["half-finished", "blank"]))
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {
        "half-finished/classification/01_moons.ipynb",
        "half-finished/classification/02_tanh.ipynb",
        "half-finished/classification/timestamp.txt",
        "blank/classification/01_moons.ipynb",
        "blank/classification/02_tanh.ipynb",
        "blank/classification/03_spirals.ipynb",
        "blank/classification/timestamp.txt",
    }
    from nbgrader.utils import parse_utc

    assert parse_utc((tmp_path / "blank/classification/timestamp.txt").read_text()).year >= 2025
    for path in tmp_path.rglob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=nbformat.NO_CONVERT))


def test_a_file_from_colab_has_its_format(tmp_path):
    write_submissions(tmp_path, sample_class(["saved-by-colab"]))
    for path in tmp_path.rglob("*.ipynb"):
        notebook = json.loads(path.read_text("utf-8"))
        nbformat.validate(notebook)
        assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 0)
        assert "colab" in notebook["metadata"]
        assert not any("id" in cell for cell in notebook["cells"])
        assert all(cell["metadata"]["id"] for cell in notebook["cells"])
        assert any("nbgrader" in cell["metadata"] for cell in notebook["cells"])
