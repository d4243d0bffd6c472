"""Judged outside: what learners' code does to its own process earns nothing, and hides nothing."""

import json
from pathlib import Path

import nbformat
import pytest

from autograder.checks.evidence.packing import pack
from autograder.checks.table import CHECKS
from autograder.demo.build import fill, released_notebooks
from autograder.demo.sample import sample_class
from autograder.running.ask import seed_of, verdict_on
from autograder.running.marks import read_marks
from autograder.running.notebook import run_notebook

ROOT = Path(__file__).parents[2]
WRONG = "def tanh(x):\n    return x / (1 + x.abs())"
RIGHT = "def tanh(x):\n    return 2 * torch.sigmoid(2 * x) - 1"


def notebook(tanh, before=""):
    """02_tanh with an answer, and a cell of the learner's above it."""
    found = nbformat.read(ROOT / "notebooks/classification/02_tanh.ipynb", as_version=4)
    place = next(n for n, cell in enumerate(found.cells) if cell.id == "tanh")
    found.cells[place].source = f"# Exercise 6: complete the function.\n{tanh}"
    if before:
        found.cells.insert(place, nbformat.v4.new_code_cell(before, id="learners-own"))
    # Lessons' own pictures and experiments cost seconds, and nothing here is about them.
    keep = {"setup", "imports", "learners-own", "tanh"}
    found.cells = [c for c in found.cells if c.id in keep or c.id.startswith("check_")]
    return found


def outcomes(found, **options):
    marks = read_marks(run_notebook(found, **options), "02_tanh")
    return marks, {cell.grade_id.removeprefix("check_tanh_"): cell.code for cell in marks.cells}


DESERVED = {"values": "tanh_values_wrong", "gradient": "tanh_values_first"}
#: Code of a learner's, run before a wrong answer.
ATTACKS = {
    "checks patched": (
        "import autograder.checks as c\n"
        "c.check = lambda *a, **k: print('Correct')\nc.check_fresh = c.check"
    ),
    "judges patched": (
        "import autograder.checks.registry as r, autograder.checks.judges.tanh as t\n"
        "from autograder.checks.words.verdict import correct\n"
        "t.judge_values = r.judge = lambda *a: correct('tanh_values_right', largest='0')"
    ),
    "collectors patched": (
        "import autograder.checks.judges.tanh as e, autograder.checks.registry as r\n"
        "real = e.collect\n"
        "def forged(part, names, runs, asked):\n"
        "    return real(part, {**names, 'tanh': torch.tanh}, runs, asked)\n"
        "e.collect = r.collect = forged\n"
        "for kind in r.KINDS.values():\n    object.__setattr__(kind, 'collect', forged)"
    ),
    "packing patched": (
        "import autograder.checks.evidence.packing as p\n"
        "p.pack = lambda evidence: '{}'\np.unpack = lambda text: {}"
    ),
    "module put in place of ours": (
        "import sys, types\n"
        "fake = types.ModuleType('autograder.checks.registry')\n"
        "fake.collect = lambda *a: {}\nsys.modules['autograder.checks.registry'] = fake"
    ),
    "import hook": (
        "import sys\n"
        "class Finder:\n"
        "    @staticmethod\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        if name.startswith('autograder'):\n            raise ImportError('mine')\n"
        "sys.meta_path.insert(0, Finder)"
    ),
    "asserts stripped from every cell": (
        "import ast\n"
        "class Strip(ast.NodeTransformer):\n"
        "    def visit_Expr(self, node):\n"
        "        return ast.Pass() if 'check' in ast.dump(node) else node\n"
        "get_ipython().ast_transformers.append(Strip())\n"
        "get_ipython().input_transformers_cleanup.append(lambda lines: lines)"
    ),
    "errors muted": (
        "get_ipython().showtraceback = lambda *a, **k: None\n"
        "get_ipython()._showtraceback = lambda *a, **k: None"
    ),
    "verdict printed": (
        "from IPython.display import display\n"
        "display({'text/plain': 'Correct - exercise 6'}, raw=True, metadata={'moons_and_spirals': "
        "{'code': 'tanh_values_right', 'remarks': [], 'message': ''}})\n1000000"
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_wrong_answer_earns_what_it_earns_without_the_attack(name):
    marks, found = outcomes(notebook(WRONG, ATTACKS[name]))
    assert {key: found[key] for key in DESERVED} == DESERVED
    assert marks.score <= 1  # "pure" alone is earned


#: Answers that turn on the grader when it asks; what ran before is kept all the same.
HOSTILE = {
    "ends Python": ("import os\ndef tanh(x):\n    os._exit(0)", {"kernel_died"}),
    "floods": ("def tanh(x):\n    print('x' * 50_000_000)\n    raise ValueError", None),
    "answers with what equals everything": (
        "class Any:\n    def __eq__(self, other): return True\n"
        "    def __getattr__(self, name): return self\n"
        "    def __call__(self, *a, **k): return self\ndef tanh(x):\n    return Any()",
        None,
    ),
    "no text": ("def tanh(x):\n    raise BaseException('no')", None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_that_turns_on_the_grader_costs_its_own_points_alone(name):
    source, codes = HOSTILE[name]
    marks, found = outcomes(notebook(source))
    assert marks.score == 0
    assert len(marks.cells) == 4
    assert all(cell.outcome in ("raised", "not_yet") for cell in marks.cells)
    assert all(cell.message for cell in marks.cells)
    if codes:
        assert set(found.values()) == codes


FORGED = {
    "nothing": "",
    "no JSON": "{",
    "another form": "[1, 2]",
    "an empty form": "{}",
    "a form with nothing in it": pack({"presence": {}}),
    "wrong kinds": pack({"presence": {"part": 3, "missing": None, "rescued": 7}}),
    "deep": "[" * 5000 + "]" * 5000,
    "many": json.dumps({"presence": {"part": "tanh", "missing": [], "rescued": []}, "answers": {}}),
}


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED)
def test_forged_evidence_passes_no_check_and_stops_no_grader(text):
    for check_id in CHECKS:
        wanted = "evidence_unusable" if text else "no_evidence"
        assert verdict_on(check_id, text, 7).code == wanted, check_id


def test_the_same_secret_gives_the_same_run_and_another_one_does_not():
    printed = "print(torch.rand(3), __import__('random').random(), np.random.rand())"
    kept = []
    for secret in (5, 5, 6):
        found = notebook(RIGHT, printed)
        run_notebook(found, secret=secret, on_evidence=kept.append)
        shown = next(c.outputs[0].text for c in found.cells if c.id == "learners-own")
        kept[-1] = (secret, kept[-1], shown)
        assert read_marks(found, "02_tanh").score == 5
    assert kept[0] == kept[1]
    assert kept[0][1] != kept[2][1]
    assert kept[0][2] != kept[2][2]
    # A mark can be worked out again without the notebook.
    secret, evidence, _ = kept[0]
    assert all(verdict_on(check, text, secret).passed for check, text in evidence.items())
    assert not verdict_on("check_tanh_values", evidence["check_tanh_values"], secret + 1).passed


def test_the_notebook_keeps_no_secret_and_evidence_is_compact():
    kept = []
    found = nbformat.read(ROOT / "solutions/classification/01_moons.ipynb", as_version=4)
    run_notebook(found, secret=2**127 + 12345, on_evidence=kept.append)
    text = json.dumps(found)
    assert str(2**127 + 12345) not in text
    assert f"{2**127 + 12345:x}" not in text
    assert str(seed_of(2**127 + 12345, "check_moons_train_accuracy")) not in text
    # Much of it is what the model answered before its first step, after its last, and when it
    # was reported on.
    assert sum(map(len, kept[0].values())) < 230_000


def test_asking_leaves_the_namespace_and_the_modules_as_they_were():
    look = "print(sorted(n for n in globals() if n[:1] != '_'), id(autograder.checks.registry))"
    found = notebook(RIGHT)
    found.cells.insert(3, nbformat.v4.new_code_cell(f"import autograder.checks.registry\n{look}"))
    found.cells.append(nbformat.v4.new_code_cell(look, id="last"))
    run_notebook(found)
    first, last = (c.outputs[0].text for c in found.cells if c.source.endswith(look))
    assert first == last


def test_a_check_of_an_instructors_own_runs_in_the_kernel():
    found = notebook(RIGHT)
    own = nbformat.v4.new_code_cell("assert tanh(torch.tensor(0.0)) == 1, 'no'", id="own_check")
    own.metadata["nbgrader"] = {
        **next(c for c in found.cells if c.id == "check_tanh_values").metadata["nbgrader"],
        "grade_id": "own_check",
    }
    found.cells.append(own)
    marks, _ = outcomes(found)
    last = marks.cells[-1]
    assert (last.grade_id, last.score, last.outcome) == ("own_check", 0, "raised")
    assert {flag["code"] for flag in marks.flags} == {"judged_in_kernel"}


@pytest.mark.parametrize("name", ["library-tanh", "half-finished"])
def test_the_sample_class_earns_what_its_own_checks_said(name):
    (learner,) = sample_class([name])
    filled = fill(released_notebooks()["02_tanh"], learner)
    outside = read_marks(run_notebook(filled), "02_tanh")
    from tests.support.lesson import Lesson

    inside = Lesson("02_tanh", **{k: v for k, v in learner.cells.items() if k == "tanh"} or
                    {"tanh": "def tanh(x):\n    # YOUR CODE HERE\n    pass"})  # fmt: skip
    for cell in outside.cells:
        assert inside.verdict(cell.grade_id).code == cell.code
