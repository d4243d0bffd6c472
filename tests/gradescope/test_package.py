"""`autograder.zip`: what has to be in it, what must not, and that it grades like a clone does."""

import json
import stat
import zipfile

import nbformat
import pytest

from autograder.course.check_cells import without_solutions
from autograder.course.clone import clone_lessons
from autograder.course.folders import masters, read_notebook
from autograder.course.lessons import checks_hash
from autograder.course.releases import released_notebooks
from autograder.course.template import template_of
from autograder.errors import Refused
from autograder.gradescope import grade
from autograder.gradescope.package import CannotPack
from autograder.mending.mend import mend
from autograder.submissions.cells import cells_of, listed_cells
from tests.support import damage, extra, small
from tests.support.classes import NAME, ROOT, new_course
from tests.support.gradescope import laid_out, package, results, solution_lines, texts


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("package") / "autograder.zip"
    assert package(path) == ["01_moons", "02_tanh", "03_spirals"]
    return path


def test_scripts_are_at_the_root_and_can_be_run(archive):
    with zipfile.ZipFile(archive) as opened:
        for name in ("setup.sh", "run_autograder"):
            assert opened.getinfo(name).external_attr >> 16 & stat.S_IXUSR
            assert opened.read(name).startswith(b"#!/usr/bin/env bash\n")
            assert b"\r" not in opened.read(name)


def test_no_answer_is_in_it(archive):
    found = texts(archive)
    assert len(solution_lines()) > 40
    course = {name: text for name, text in found.items() if name.endswith(".ipynb")}
    assert len(course) == 6
    for name, text in course.items():
        assert "BEGIN SOLUTION" not in text, name
        assert not [line for line in solution_lines() if line in text], name
    # Code may share a line such as `optimizer.step()` with an answer, never what follows it.
    program = "\n".join(text for name, text in found.items() if name not in course)
    shared = [line for line in solution_lines() if line in program]
    assert len(shared) < 6, shared
    assert not [name for name in found if "solutions/" in name or "demo/" in name]
    assert "BEGIN HIDDEN TESTS" in found[f"check_cells/classification/{NAME}.ipynb"]
    assert "BEGIN HIDDEN TESTS" not in found[f"notebooks/classification/{NAME}.ipynb"]


def test_everything_is_pinned(archive):
    found = texts(archive)
    constraints = (ROOT / "constraints.txt").read_text("utf-8")
    assert found["constraints.txt"] == constraints
    lines = found["requirements.txt"].splitlines()
    assert {"torch==2.13.0", "nbgrader==0.9.6"} <= set(lines) <= set(constraints.splitlines())


def test_only_the_teacher_says_where_torch_comes_from(archive, tmp_path):
    assert "torch-index" not in texts(archive)
    path = tmp_path / "autograder.zip"
    package(path, torch_index="https://example.org/cpu")
    assert texts(path)["torch-index"] == "https://example.org/cpu\n"
    for wrong in ("--help", "https://example.org/$(id)", "https://a b", "ftp://x", "https://a\nb"):
        with pytest.raises(CannotPack, match="is no address"):
            package(path, torch_index=wrong)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"assignment": "sports"}, "no assignment 'sports'. There is: .*classification"),
        ({"names": ["04_x"]}, "no notebook '04_x'. There is: 01_moons, 02_tanh, 03_spirals"),
    ],
)
def test_what_is_not_there_is_refused(options, words, tmp_path):
    with pytest.raises(CannotPack, match=words):
        package(tmp_path / "autograder.zip", **options)
    assert not list(tmp_path.iterdir())


def test_one_notebook_can_be_an_assignment_there(tmp_path):
    path = tmp_path / "autograder.zip"
    assert package(path, names=[NAME]) == [NAME]
    assert json.loads(texts(path)["settings.json"])["notebooks"] == [NAME]


def test_the_command_says_what_to_do_with_it(tmp_path):
    course = new_course(tmp_path / "course")
    code, said, errors = small.run(course, "gradescope", "--torch-index", "https://example.org/cpu")
    assert (code, errors) == (0, "")
    assert said.startswith(f"autograder.zip: grades {NAME};")
    assert "GPU" not in said
    assert "of memory and 40 minutes" in said
    assert "GPU" in small.run(course, "gradescope")[1]
    code, _, errors = small.run(course, "gradescope", "sports")
    assert code == 2
    assert errors.startswith("No package was written: there is no assignment 'sports'")


def test_another_assignment_of_the_course_is_graded_there_by_its_own_asserts(tmp_path):
    course = extra.new(tmp_path / "course")
    assert small.run(course, "release", "--no-proof")[0] == 0
    (course / "notebooks/extra/data.txt").write_text("1")
    package(tmp_path / "autograder.zip", course, "extra")
    root = laid_out(tmp_path / "autograder", tmp_path / "autograder.zip")
    assert "return 2 * x" not in "".join(texts(tmp_path / "autograder.zip").values())
    lessons = clone_lessons(root / "source", "extra")
    assert lessons.checks == clone_lessons(course, "extra").checks
    assert list(lessons.beside) == ["data.txt"]
    released = read_notebook(course / f"notebooks/extra/{extra.NAME}.ipynb")
    path = root / "submission/my double.ipynb"
    path.write_text(nbformat.writes(extra.answered(extra.NEAR, released)))
    assert grade.main(root) == 0
    found = results(root)
    assert [(test["name"], test["score"], test["max_score"]) for test in found["tests"]] == [
        ("check_double", 1, 1), ("check_double_more", 0, 2)
    ]  # fmt: skip
    assert "not double of 4" in found["tests"][1]["output"]


@pytest.mark.parametrize("name", masters())
def test_marks_rest_on_the_same(name):
    """The same checks and points, and the same answers found whatever became of the notebook."""
    solved, released = masters()[name], released_notebooks()[name]
    without = without_solutions(name, solved, released)
    assert checks_hash(without) == checks_hash(solved)
    ours, theirs = (template_of(name, each, released) for each in (solved, without))
    for change in [case.damage for case in damage.DAMAGE][:: 1 if name == NAME else 12]:
        notebook = damage.filled(name)
        change(notebook)
        submitted = cells_of(notebook, listed_cells(notebook) or [])
        one, two = mend(submitted, ours), mend(submitted, theirs)
        assert one.notebook.cells == two.notebook.cells, change
        assert (one.mended, one.flags) == (two.mended, two.flags), change


def test_a_notebook_that_was_released_too_early_is_named():
    solved = masters()[NAME]
    early = released_notebooks()[NAME].copy()
    early.cells = [cell for cell in early.cells if cell.id != "check_tanh_stable"]
    with pytest.raises(Refused, match=f"{NAME} was released without check_tanh_stable"):
        without_solutions(NAME, solved, early)
