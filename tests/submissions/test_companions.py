"""A notebook's cells find the learner's other files beside it, and nothing else."""

import os
from contextlib import chdir

import pytest

from autograder.cli.main import main
from autograder.kernels.settings import Sandbox
from autograder.submissions import companions as module
from autograder.submissions.companions import read_companions
from tests.support import damage
from tests.support.classes import EXPS, FULL, NAME, WITHOUT_STABLE, hand_in, new_course, solved
from tests.support.kept import records

READS = """\
import rates
from pathlib import Path
assert Path("data.csv").read_text() == "x,factor\\n1,2\\n"
assert sorted(each.name for each in Path("pictures").iterdir()) == ["moon.png"]
factor = int(open("data.csv").read().split(",")[-1]) * rates.HALF
"""


def using_files():
    """Solved by way of a factor that is 1 only if all files are there."""
    notebook = solved()
    cells = notebook["cells"]
    n = damage.find(notebook, "tanh")
    body = EXPS.replace("return (", "return factor * (")
    cells[n]["source"] = f"{damage.text(cells[n]).splitlines()[0]}\ndef tanh(x):\n{body}\n"
    cells.insert(n, damage.code(READS))
    return notebook


def put(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())


def fill(folder):
    data = {"data.csv": "x,factor\n1,2\n", "pictures/moon.png": "picture"}
    put(folder, data | {"rates.py": "HALF = 0.5\n", "torch.py": "tanh = None\n"})


def names(folder, code=None, **settings):
    return sorted(read_companions(folder, Sandbox(**settings), code).files)


def grade(course):
    with chdir(course):
        return main(["grade"])


def marks_of_ada(course):
    return records(course)["ada"][NAME]["marks"]


def test_grade_and_check_give_a_notebook_the_files_beside_it(tmp_path, capsys):
    course = new_course(tmp_path / "course")
    path = hand_in(course, "ada", using_files())
    fill(path.parent)
    assert grade(course) == 0
    marks = marks_of_ada(course)
    assert marks["score"] == WITHOUT_STABLE  # quotients of exps overflow
    assert [note["code"] for note in marks["mended"]] == ["beside_left_out"]
    assert "Note: ada: 02_tanh: torch.py was left out: torch is a module" in capsys.readouterr().out

    (path.parent / "data.csv").write_text("x,factor\n1,3\n")
    assert grade(course) == 0
    assert "1 notebook to grade" in capsys.readouterr().out
    assert marks_of_ada(course)["score"] == 0

    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.ipynb").write_bytes(path.read_bytes())
    fill(own)
    assert main(["check", str(own / "mine.ipynb")]) == 1
    assert f"{NAME}: {WITHOUT_STABLE} of {FULL} points" in capsys.readouterr().out


def test_no_file_stands_in_for_a_module(tmp_path):
    named = ["torch.py", "helpers/data.py", "random.py", "fast.so", "__pycache__/rates.pyc"]
    needed = ["ipython/startup.py", "tmp/x.csv"]
    passed_over = ["notes.ipynb", "timestamp.txt", ".hidden"]
    fine = ["rates.py", "tools/torch.py", "torch/weights.csv"]
    put(tmp_path, dict.fromkeys([*named, *needed, *passed_over, *fine], "x"))
    assert names(tmp_path) == fine
    told = [note.message.split(" ")[0] for note in read_companions(tmp_path, Sandbox()).notes]
    assert told == ["random.py", "torch.py", "helpers/data.py", "The"]  # of 5, the first 3 and more


def test_no_link_is_followed_and_nothing_hidden_is_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    folder = tmp_path / "work"
    put(folder, {"private/key.txt": "key", "data.csv": "1"})
    (folder / "link.txt").symlink_to(secret)
    (folder / "all").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    assert names(folder, hide=[str(folder / "private")]) == ["data.csv"]
    assert names(folder) == ["data.csv", "private/key.txt"]


def test_all_is_bounded(tmp_path, monkeypatch):
    put(tmp_path, {f"part{n}.csv": "x" * 10 for n in range(9)} | {"big.bin": "x" * 1000})
    monkeypatch.setattr(module, "LIMIT_FILES", 4)
    found = read_companions(tmp_path, Sandbox(disk=200))
    assert sorted(found.files) == [f"part{n}.csv" for n in range(4)]
    assert [note.message for note in found.notes] == [
        "big.bin was left out: the files are too large together.",
        "part4.csv was left out: there are more than 4 files.",
    ]
    monkeypatch.setattr(module, "LIMIT_SEEN", 3)
    assert names(tmp_path, disk=200) == ["part0.csv", "part1.csv"]


@pytest.mark.parametrize(
    ("code", "taken"),
    [
        ("pd.read_csv('data.csv')", ["data.csv"]),
        ("import rates", ["rates.py"]),
        ("from tools import fast", ["tools/fast.py"]),
        ("open('pictures/moon.png')", ["pictures/moon.png"]),
        ("rates_of_change = 1", []),
    ],
)
def test_check_takes_what_the_code_names(code, taken, tmp_path):
    fill(tmp_path)
    put(tmp_path, {"tools/fast.py": "", "passwords.txt": ""})
    assert names(tmp_path, code) == taken
