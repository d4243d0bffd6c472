"""`autograder release --standalone`: where it goes, what it carries, and how it is graded."""

from __future__ import annotations

import ast
import base64
import bz2
import json
import re

import nbformat
import pytest

from autograder.checks.table import PART_OF
from autograder.cli.main import main
from autograder.course.lessons import own_lessons
from autograder.course.setup_cell import as_released
from autograder.demo.build import saved_by_colab
from autograder.release.generate import generate
from autograder.release.stamp import carrying
from autograder.running.one_file import mended_file
from tests.support.bare import answered
from tests.support.classes import ROOT, new_course


@pytest.fixture(scope="module")
def standalone():
    return generate(ROOT, standalone=True)


@pytest.fixture(scope="module")
def released():
    return generate(ROOT)


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(new_course(tmp_path))
    return tmp_path


def release(*arguments):
    return main(["release", "--standalone", "--no-proof", *arguments])


def test_it_goes_to_a_folder_of_its_own(course, capsys):
    committed = course / "notebooks/classification/02_tanh.ipynb"
    before = committed.read_bytes()
    for _ in range(2):  # the default folder is written again
        assert release() == 0
        made = course / "build/standalone/02_tanh.ipynb"
        assert capsys.readouterr().out == f"released {made}\n"
        made.write_bytes(made.read_bytes() + b"\n")
    assert committed.read_bytes() == before
    assert not (course / "grading/releases").exists()
    assert [path.name for path in made.parent.iterdir()] == ["02_tanh.ipynb"]


@pytest.mark.parametrize(
    "folder", ["notebooks", "notebooks/classification", "solutions/x", "grading"]
)
def test_it_never_goes_over_the_courses_own(folder, course, capsys):
    before = {path: path.read_bytes() for path in course.rglob("*.ipynb")}
    assert release("--output", folder) == 2
    assert "name a folder outside" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in course.rglob("*.ipynb")} == before


def test_a_learners_file_is_not_overwritten(course, capsys):
    (course / "mine").mkdir()
    (course / "mine/02_tanh.ipynb").write_text("hours of work")
    assert release("--output", "mine") == 2
    assert "is there already" in capsys.readouterr().err
    assert (course / "mine/02_tanh.ipynb").read_text() == "hours of work"
    assert release("--output", "other") == release("--output", "other") == 0
    (course / "file").write_text("")
    assert release("--output", "file") == 2


def test_only_the_setup_cell_and_the_link_to_colab_differ(standalone, released):
    for name, content in released.items():
        usual = nbformat.reads(content.decode(), as_version=4)
        other = nbformat.reads(standalone[name].decode(), as_version=4)
        nbformat.validate(other)
        assert [cell.id for cell in other.cells] == [cell.id for cell in usual.cells]
        differ = [b for a, b in zip(usual.cells, other.cells, strict=True) if a != b]
        assert [cell.id for cell in differ] == ["intro", "setup"]
        assert "colab.research" not in json.dumps(other)
        setup = differ[1]
        assert setup.metadata == {"cellView": "form", "jupyter": {"source_hidden": True}}
        assert setup.source.startswith("# @title Setup: run this cell first.")
        assert len(setup.source) < 200_000, "a notebook is sent by mail"


def test_it_carries_all_that_lessons_import(standalone):
    """Nothing in the parcel needs a module of ours that is not in it."""
    (text,) = re.findall(r'PARCEL = "(.*)"', carrying())
    parcel = json.loads(bz2.decompress(base64.b64decode(text)))
    assert {"helpers/plotting.py", "autograder/checks/words/messages.toml"} <= set(parcel)
    assert parcel["helpers/data.py"] == (ROOT / "helpers/data.py").read_text("utf-8")
    modules = {name.removesuffix(".py").replace("/", ".") for name in parcel}
    modules |= {name.removesuffix(".__init__") for name in modules}
    for name, source in parcel.items():
        if not name.endswith(".py"):
            continue
        imports = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ImportFrom))
        wanted = {node.module for node in imports if node.module}
        assert {m for m in wanted if m.split(".")[0] in ("helpers", "autograder")} <= modules, name


@pytest.mark.parametrize("name", ["01_moons", "02_tanh", "03_spirals"])
@pytest.mark.parametrize("saved", [lambda notebook: notebook, saved_by_colab])
def test_it_is_mended_like_any_other(name, saved, standalone, released, tmp_path):
    """What runs in grading is the usual notebook: the parcel is neither run nor read."""
    path = tmp_path / "homework.ipynb"
    nbformat.write(saved(answered(standalone[f"{name}.ipynb"])), path)
    template, mended = mended_file(path, None, own_lessons())
    assert (template.name, template.revision) == (name, "")
    assert (mended.mended, mended.flags) == ([], [])
    usual = tmp_path / "usual.ipynb"
    nbformat.write(saved(answered(released[f"{name}.ipynb"])), usual)
    _, expected = mended_file(usual, None, own_lessons())
    ran = [cell.source for cell in mended.notebook.cells if cell.cell_type == "code"]
    assert ran == [cell.source for cell in expected.notebook.cells if cell.cell_type == "code"]


def test_it_earns_full_marks(standalone, tmp_path, capsys):
    path = tmp_path / "02_tanh (1).ipynb"
    nbformat.write(answered(standalone["02_tanh.ipynb"]), path)
    assert main(["check", str(path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["score"] == result["max_score"] == 5
    assert len(result["cells"]) == sum("tanh" in check for check in PART_OF)
    assert (result["mended"], result["flags"]) == ([], [])


def test_a_learners_lines_in_the_setup_cell_are_kept(standalone, tmp_path):
    notebook = answered(standalone["02_tanh.ipynb"])
    (setup,) = (cell for cell in notebook.cells if cell.id == "setup")
    setup.source += "\nmine = 1"
    path = tmp_path / "n.ipynb"
    nbformat.write(notebook, path)
    _, mended = mended_file(path, None, own_lessons())
    (setup,) = (cell for cell in mended.notebook.cells if "checks.start()" in cell.source)
    assert setup.source.endswith("autograder.checks.start()\nmine = 1")
    assert "PARCEL" not in setup.source
    assert mended.flags == []


def test_code_that_is_hidden_in_such_a_cell_is_for_a_person(standalone, tmp_path):
    notebook = answered(standalone["02_tanh.ipynb"])
    (setup,) = (cell for cell in notebook.cells if cell.id == "setup")
    setup.source = setup.source.replace("    import shutil\n", "    import socket\n")
    path = tmp_path / "n.ipynb"
    nbformat.write(notebook, path)
    _, mended = mended_file(path, None, own_lessons())
    assert "unusual_code" in {note.code for note in mended.flags}
    assert "import socket" in "\n".join(cell.source for cell in mended.notebook.cells)


def test_other_cells_are_left_as_they_are():
    for source in ("x = 1", 'PARCEL = "abc"', carrying()[:-1]):
        assert as_released(source, "released") == source
    assert as_released(f"x = 1\n{carrying()}", "released") == "x = 1\nreleased"
