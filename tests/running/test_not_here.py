"""What this machine does not have costs no point: whole notebooks are graded, in many spellings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.checks.devices_in_kernel import on_cpu
from autograder.checks.table import PARTS, points_of
from autograder.course.lessons import own_lessons
from autograder.mending.mend import MERGED, RELEASED
from autograder.running.lacking import statements
from autograder.running.marks import Marks
from autograder.running.newer_python import needs_newer
from autograder.running.notebook import run_notebook
from autograder.running.one_file import marks_of, mended_file
from tests.attacks.attack import QUICK, Attack, Notebook
from tests.support import damage

MOONS = points_of("moons")

Change = Callable[[Notebook], None]
#: Code that Python 3.12 reads and 3.11 does not.
NESTED = 'facts = {"rows": 1000}\nprint(f"there are {facts["rows"]} rows")\n'


def graded(folder: Path, change: Change | None = None, **changes: Any) -> Marks:
    """The marks of a right answer that was changed, with the notes of mending and of the run."""
    name = changes.pop("notebook", "01_moons")
    learner = Attack("ada", "honest", "", notebook=name, lost=(), change=change, **changes)
    path = folder / f"{name}.ipynb"
    nbformat.write(nbformat.from_dict(learner.handed_in({})), path)
    template, mended = mended_file(path, None, own_lessons())
    run_notebook(mended.notebook, secret=5)
    assert not any({RELEASED, MERGED} & cell.metadata.keys() for cell in mended.notebook.cells)
    return marks_of(mended.notebook, template.name, mended)


def told(marks: Marks, code: str) -> list[str]:
    return [note["message"] for note in marks.mended if note["code"] == code]


def around(**texts: tuple[str, str]) -> Change:
    """Code put above and below given cells, by the cells' ids."""

    def change(notebook: Notebook) -> None:
        for cell in notebook["cells"]:
            if cell["id"] in texts:
                above, below = texts[cell["id"]]
                cell["source"] = above + damage.text(cell) + below

    return change


def with_line(line: str) -> Change:
    """Each answer pasted over the whole cell, with another first line or none."""

    def change(notebook: Notebook) -> None:
        for cell in notebook["cells"]:
            if cell["id"] in PARTS:
                cell["source"] = line + damage.text(cell).partition("\n")[2]

    return change


# --- packages and magics -------------------------------------------------------------------------

#: Each notebook with three changed cells, so that few have to run.
GIVEN = {
    "above": {
        "imports": (("import seaborn as sns\nsns.set_theme()\n", ""), "`seaborn`"),
        "clouds-data": (
            ("from google.colab import drive\ndrive.mount('/content/drive')\n", ""),
            "`google.colab`"),
        "log": (("%matplotlib widget\n", ""), "`%matplotlib widget`")},
    "below-and-installed": {
        "imports": (("", "\nfrom google.colab import files"), "`google.colab`"),
        "clouds-data": (
            ("!pip install -q torchvision\nimport torchvision\n", ""), "`torchvision`"),
        "log": (("%tensorflow_version 2.x\n", ""), "`%tensorflow_version 2.x`")},
    "several-and-wrong": {
        "imports": (
            ("import seaborn\n%load_ext lab_black\n", "\nimport torchvision"),
            "`seaborn`, `%load_ext lab_black`, `torchvision`"),
        "clouds-data": (("1 / 0\n", ""), "failed here. "),
        "log": (("import seaborn as\n", ""), "failed here. ")},
}  # fmt: skip


@pytest.mark.parametrize("changed", GIVEN.values(), ids=list(GIVEN))
def test_given_cells_that_fail_here_cost_nothing(changed, tmp_path):
    marks = graded(tmp_path, around(**{cell: code for cell, (code, _) in changed.items()}))
    assert (marks.score, marks.flags) == (MOONS, [])
    said = told(marks, "given_failed")
    assert len(said) == 3
    for words, sentence in zip((words for _, words in changed.values()), said, strict=True):
        assert words in sentence


def test_one_that_works_stays_as_the_learner_has_it_and_so_does_what_can_run_of_another(tmp_path):
    seen = "assert (RANDOM_SEED, own, np.pi > 3) == (7, 3, True)\n"
    answers = {"moons_data": seen + QUICK["moons_data"]}
    for above in ("", "import seaborn\n"):
        change = around(imports=(f"{above}import numpy as np\n", "\nRANDOM_SEED = 7\nown = 3"))
        assert graded(tmp_path, change, answers=answers).score == MOONS


def test_given_code_that_moved_into_another_cell_runs_too(tmp_path):
    def change(notebook: Notebook) -> None:
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        both = "\n".join(damage.text(cells[each]) for each in ("setup", "imports"))
        cells["setup"]["source"] = f"import seaborn as sns\n{both}"
        notebook["cells"].remove(cells["imports"])

    marks = graded(tmp_path, change)
    assert marks.score == MOONS
    assert told(marks, "given_merged")


def test_other_cells_go_on_below_an_import_of_what_is_not_here(tmp_path):
    before = "import seaborn as sns\nimport numpy as np\nsns.set_theme()\nk = int(np.ones(3).sum())"
    answers = {
        "moons_data": "import torchvision\nassert k == 3\n" + QUICK["moons_data"],
        "moons_plot": "import plotly.express as px\n" + QUICK["moons_plot"],
    }
    marks = graded(tmp_path, before=before, answers=answers)
    assert (marks.score, marks.flags) == (MOONS, [])
    assert [note.count("does not have `") for note in told(marks, "package_missing")] == [1, 1, 1]


def test_who_uses_what_is_not_here_is_looked_at_by_a_person(tmp_path):
    uses = "import polars as pl\ndef rows():\n    return pl.Series([1])\nX = rows()\n"
    answers = {"moons_data": uses + QUICK["moons_data"]}
    marks = graded(tmp_path, answers=answers)
    assert marks.score < MOONS
    assert {(flag["code"], flag["part"]) for flag in marks.flags} == {
        ("package_missing", "moons_data")
    }


def test_statements_are_told_apart():
    compound = "if a:\n    b\nelif c:\n    d"
    decorated = "@one\n@two\ndef f():\n    return 1"
    text = 'x = """\nimport y\n"""'
    parts = ["import a", "%matplotlib widget", "!pip 'x", compound, decorated, text, "f(\n    1)"]
    assert statements("\n".join(parts)) == parts
    assert statements("x = (") == ["x = ("]
    assert statements("%%time\nx = 1\ny = 2") == ["%%time\nx = 1\ny = 2"]


# --- devices -------------------------------------------------------------------------------------

_NET = "nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1)"
_SET = "X_train, X_test, y_train, y_test = (t{} for t in (X_train, X_test, y_train, y_test))"
FORWARD = f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential({_NET})

    def forward(self, x):
        return self.layers(x.to("cuda"))

torch.manual_seed(42)
moon_model = Net()
"""
SAVED = """
torch.save(moon_model.state_dict(), "best.pt")
moon_model.load_state_dict(torch.load("best.pt", map_location="cuda"))
order = torch.randperm(9, generator=torch.Generator(device="cuda").manual_seed(1))
X_test = X_test.pin_memory()
torch.cuda.synchronize()
"""
ON_GPU: dict[str, dict[str, str]] = {
    "to-and-cuda": {"moons_data": _SET.format(".cuda()"), "moons_model": 'moon_model.to("cuda")'},
    "device-and-mps": {
        "moons_data": "device = torch.device('cuda:0')\n" + _SET.format(".to(device=device)"),
        "moons_model": "moon_model = moon_model.to('mps')"},
    "no-brackets": {
        "moons_data": "device = 'cuda' if torch.cuda.is_available else 'cpu'\n"
        + _SET.format(".to(device)"),
        "moons_model": "moon_model.to(device)\ntorch.set_default_device(device)"},
    "at-the-end": {"moons_train": SAVED},
}  # fmt: skip


@pytest.mark.parametrize("added", ON_GPU.values(), ids=list(ON_GPU))
def test_a_gpu_that_is_not_here_costs_nothing(added, tmp_path):
    answers = {part: f"{QUICK[part]}\n{code}" for part, code in added.items()}
    marks = graded(tmp_path, answers=answers)
    assert (marks.score, marks.flags) == (MOONS, [])
    assert len(told(marks, "devices_mapped")) == 1


def test_nor_does_one_that_a_model_or_a_function_asks_for_when_it_is_called(tmp_path):
    marks = graded(tmp_path, answers={"moons_model": FORWARD})
    assert (marks.score, marks.flags) == (MOONS, [])
    tanh = "def tanh(x):\n    x = x.to('cuda')\n    return 2 * torch.sigmoid(2 * x) - 1"
    marks = graded(tmp_path, notebook="02_tanh", answers={"tanh": tanh})
    assert (marks.score, marks.flags) == (5, [])


def test_a_cell_that_ran_half_is_not_run_twice(tmp_path):
    once = "assert 'seen' not in globals()\nseen = True\n"
    answers = {"moons_train": f"{once}{QUICK['moons_train']}\nX_test.to('cuda')"}
    assert graded(tmp_path, answers=answers).score == MOONS


def test_who_asks_for_no_gpu_is_told_of_none(tmp_path):
    marks = graded(tmp_path)
    assert (marks.score, told(marks, "devices_mapped")) == (MOONS, [])


def test_what_takes_the_cpu_is_watched_as_any_library(tmp_path):
    change = (
        "import torch\nMode = type(torch._C._get_function_stack_at(0))\n"
        "own = Mode.__torch_function__\n"
        "def other(self, func, types, args=(), kwargs=None):\n"
        "    return own(self, func, types, args, kwargs)\n"
        "Mode.__torch_function__ = other"
    )
    before = f"torch.zeros(1, device='cuda')\n{change}"
    marks = graded(tmp_path, notebook="02_tanh", before=before, answers={"tanh": "pass"})
    assert "library_changed" in {flag["code"] for flag in marks.flags}


def test_only_what_is_not_here_becomes_the_cpu():
    assert [on_cpu(each) for each in ("float", "cuda_x", None, 1.5)] == [
        "float",
        "cuda_x",
        None,
        1.5,
    ]
    assert {str(on_cpu(each)) for each in ("cuda", "cuda:1", "mps", 0)} == {"cpu"}


# --- a newer Python ------------------------------------------------------------------------------

OLD = pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads all of it")
NEWER = {
    NESTED: "3.12",
    "%matplotlib inline\ntype Row = tuple[float, float]": "3.12",
    "def first[T](rows: list[T]) -> T:\n    return rows[0]": "3.12",
    "try:\n    pass\nexcept KeyError, ValueError:\n    pass": "3.14",
    "x = (": "",
    "type Row = int\nx = = 3": "",
    "x = 3": "",
    f"x = {'(' * 50_000}": "",
}


@OLD
@pytest.mark.parametrize(("code", "needs"), NEWER.items(), ids=range(len(NEWER)))
def test_what_only_a_newer_python_reads_is_told_from_what_none_does(code, needs):
    assert needs_newer(code) == needs


@OLD
def test_a_zero_for_a_newer_python_waits_for_a_person(tmp_path):
    marks = graded(tmp_path, answers={"moons_model": NESTED + QUICK["moons_model"]})
    lost = {cell.part for cell in marks.cells if cell.outcome != "correct"}
    assert "moons_model" in lost
    assert {flag["part"] for flag in marks.flags if flag["code"] == "newer_python"} == lost
    (cell, *_) = [cell for cell in marks.cells if cell.part == "moons_model"]
    assert cell.code == "raised_newer_python"
    assert "right in Python 3.12. This machine has Python 3.11" in cell.message


@OLD
def test_in_a_given_cell_it_costs_nothing(tmp_path):
    marks = graded(tmp_path, around(imports=(NESTED, "")))
    assert (marks.score, marks.flags) == (MOONS, [])
    assert "needs Python 3.12" in told(marks, "newer_python")[0]


@OLD
def test_code_that_no_python_reads_is_the_learners_own(tmp_path):
    marks = graded(tmp_path, answers={"moons_model": "x = (\n" + QUICK["moons_model"]})
    assert marks.flags == []
    assert "raised_syntax" in {cell.code for cell in marks.cells}


# --- torch.compile, and the first line -----------------------------------------------------------

COMPILED = {
    "in-place": {"moons_model": "moon_model.compile(mode='reduce-overhead')"},
    "before-training": {
        "moons_loss_optimizer": "moon_model = torch.compile(moon_model, fullgraph=True)",
        "moons_train": "best = moon_model._orig_mod.state_dict()"},
}  # fmt: skip


@pytest.mark.parametrize("added", COMPILED.values(), ids=list(COMPILED))
def test_a_compiled_model_is_asked_as_it_was_written(added, tmp_path):
    answers = {part: f"{QUICK[part]}\n{code}" for part, code in added.items()}
    marks = graded(tmp_path, answers=answers)
    assert (marks.score, marks.flags) == (MOONS, [])


@pytest.mark.parametrize(
    ("line", "notebook"),
    [("", "01_moons"), ("# Exercise 6: as the old course had it\n", "01_moons"),
     ("# Exercise 7a\n", "03_spirals")],
)  # fmt: skip
def test_the_grader_knows_which_cell_it_runs_without_its_line(line, notebook, tmp_path):
    marks = graded(tmp_path, with_line(line), notebook=notebook)
    assert (marks.score, marks.flags) == (MOONS, [])
