"""`autograder release` refuses, with the reason, what it should not release."""

import dataclasses
import hashlib
import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.checks import table
from autograder.checks.registry import KINDS
from autograder.checks.table import PARTS
from autograder.checks.words.messages import catalogue, rules
from autograder.cli.main import main
from tests.support.released import path_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one notebook, small enough to be proved in a test."""
    (tmp_path / "solutions/classification").mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copy(
        ROOT / "solutions/classification/02_tanh.ipynb", tmp_path / "solutions/classification"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(course, cell_id, old, new):
    path = course / "solutions/classification/02_tanh.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, path)


def test_a_sound_course_is_released(course, capsys):
    (course / "solutions/classification/notes.txt").write_text("for teachers")
    assert main(["release"]) == 0
    made = list((course / "notebooks/classification").iterdir())
    assert [path.name for path in made] == ["02_tanh.ipynb"]
    committed = path_of("notebooks", "02_tanh")
    assert made[0].read_bytes() == committed.read_bytes()
    assert not (course / "gradebook.db").exists()


def test_what_a_release_replaces_is_kept(course, capsys):
    folder = course / "notebooks/classification"
    folder.mkdir(parents=True)
    got = path_of("notebooks", "02_tanh").read_bytes().replace(b"tanh", b"TANH", 1)
    gone = path_of("notebooks", "02_tanh").read_bytes()
    (folder / "02_tanh.ipynb").write_bytes(got)
    (folder / "00_gone.ipynb").write_bytes(gone)
    for _ in range(2):
        assert main(["release", "--no-proof"]) == 0
    kept = {
        path.relative_to(course / "grading/releases").as_posix(): path.read_bytes()
        for path in (course / "grading/releases").rglob("*.ipynb")
    }
    assert kept == {
        f"{name}/{hashlib.sha256(content).hexdigest()[:12]}.ipynb": content
        for name, content in (("02_tanh", got), ("00_gone", gone))
    }


@pytest.fixture(autouse=True)
def kept_in_order():
    """What is taken away and put back would come last in its table, and other tests read those."""
    tables = PARTS, KINDS, catalogue(), rules()
    before = [dict(each) for each in tables]
    yield
    for each, rows in zip(tables, before, strict=True):
        each.clear()
        each.update(rows)


def take_away(course, monkeypatch, what):
    """Leave one thing out that the exercise has."""
    part, source = PARTS["tanh"], '# a test of something else: "check_moons_plot"'
    if what == "entry":
        monkeypatch.delitem(PARTS, "tanh")
    elif what == "judge":
        monkeypatch.delitem(KINDS, "tanh_pure")
    elif what == "message":
        monkeypatch.delitem(catalogue(), "tanh_overflow")
    elif what == "rule":
        monkeypatch.delitem(rules(), "tanh_stable")
    elif what == "reteach":
        monkeypatch.setitem(PARTS, "tanh", dataclasses.replace(part, reteach=""))
    elif what == "check cell":
        more = (*part.graded, table.Check("check_tanh_more", 1, "tanh_values"))
        monkeypatch.setitem(PARTS, "tanh", dataclasses.replace(part, graded=more))
    elif what == "hint":
        edit(course, "hints-6", "<details><summary>Bigger hint", "<p>Bigger hint")
    elif what == "test":
        source = "\n".join(f'# "{check}"' for check in part.checks if check != "check_tanh_pure")
    tests = course / "tests/checks"
    tests.mkdir(parents=True)
    all_of_them = "\n".join(f'# "{check}"' for check in (*part.checks, "check_tanh_more"))
    (tests / "test_tanh.py").write_text(source if what == "test" else all_of_them)


#: What is taken away, and what the refusal names: the file, and what to write there.
LACKS = {
    "entry": ("autograder/checks/table.py has no entry 'tanh'", "add its label"),
    "judge": ("autograder/checks/registry.py has no 'tanh_pure'", "enter its collector"),
    "message": ("autograder/checks/words/messages.toml has no [tanh_overflow]", "say what was"),
    "rule": ("autograder/checks/words/rules.toml has no [tanh_stable]", "say in one sentence"),
    "reteach": ("autograder/checks/table.py has no `reteach` in the entry 'tanh'", "say in one"),
    "check cell": ("02_tanh.ipynb has no cell 'check_tanh_more'", "add one, worth 1"),
    "hint": ("02_tanh.ipynb has no two hints below the cell 'tanh'", "add a cell"),
    "test": ("tests/checks/ has no test of 'check_tanh_pure'", "give it a right answer"),
}


@pytest.mark.parametrize("what", LACKS)
def test_an_exercise_that_lacks_something_is_refused(course, capsys, monkeypatch, what):
    take_away(course, monkeypatch, what)
    assert main(["release", "--no-proof"]) == 1
    (said,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("  ")]
    assert all(words in said for words in LACKS[what])
    assert not (course / "notebooks").exists()


def test_what_stands_alone_is_refused_for_the_same(course, capsys, monkeypatch):
    take_away(course, monkeypatch, "rule")
    assert main(["release", "--no-proof", "--standalone"]) == 1
    assert LACKS["rule"][0] in capsys.readouterr().err
    assert not (course / "build").exists()


def test_a_solution_that_misses_marks_is_refused(course, capsys):
    edit(course, "tanh", "x.clamp(-20.0, 20.0)", "3 * x.clamp(-7.0, 7.0)")
    assert main(["release"]) == 1
    said = capsys.readouterr().err
    assert "the solution earns 0 of 2 in check_tanh_values" in said
    assert not (course / "notebooks").exists()


def test_an_untouched_notebook_that_earns_marks_is_refused(course, capsys):
    edit(course, "tanh", "### BEGIN SOLUTION", "given = torch.exp(-2 * x.abs())\n"
         "    return x.sign() * (1 - given) / (1 + given)\n    ### BEGIN SOLUTION")  # fmt: skip
    assert main(["release"]) == 1
    assert "the untouched notebook earns 2 of 2" in capsys.readouterr().err
    assert not (course / "notebooks").exists()


def test_a_source_that_nbgrader_refuses_is_named(course, capsys):
    edit(course, "tanh", "### END SOLUTION", "# the end")
    assert main(["release"]) == 1
    assert "nbgrader could not make the release" in capsys.readouterr().err


def test_outside_a_course_it_says_where_to_go(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["release"]) == 2
    assert "change to the folder that has solutions/" in capsys.readouterr().err
