"""Code that no answer needs is pointed out; what honest learners write is not."""

import time

import nbformat
import pytest

from autograder.checks.table import PARTS
from autograder.course.folders import course_folder
from autograder.course.lessons import own_lessons
from autograder.demo.build import fill, released_notebooks
from autograder.demo.sample import sample_class
from autograder.running.review_flags import as_solved, code_to_review, files_to_review
from autograder.submissions.cells import Cell, cells_of
from autograder.submissions.identify import fitting_template
from tests.support import honest_forms, misconceptions

NAMES = ("01_moons", "02_tanh", "03_spirals")


@pytest.fixture(scope="module")
def template():
    released = released_notebooks()["01_moons"]
    submitted = cells_of(released, released.cells)
    return fitting_template(submitted, "01_moons.ipynb", None, own_lessons())[0]


def texts(value):
    """All text in tables of answers, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from texts(each)


@pytest.mark.parametrize("name", NAMES)
def test_the_courses_own_solution_is_pointed_out(name):
    solved = nbformat.read(course_folder() / f"solutions/classification/{name}.ipynb", 4)
    submitted = cells_of(solved, solved.cells)
    template = fitting_template(submitted, name, None, own_lessons())[0]
    assert [note.code for note in as_solved(submitted.cells, template)] == ["course_solution"]
    own = next(cell for cell in submitted.cells if cell.grade_id in PARTS)
    own.source += "\nx = 1"
    assert as_solved(submitted.cells, template) == []
    for learner in sample_class():
        filled = fill(released_notebooks()[name], learner)
        assert as_solved(cells_of(filled, filled.cells).cells, template) == []


def codes(source, template):
    return [note.code for note in code_to_review([Cell("code", source)], template)]


@pytest.mark.parametrize("name", NAMES)
def test_the_sample_class_writes_nothing_unusual(name):
    released = released_notebooks()[name]
    for learner in sample_class():
        notebook = fill(released, learner)
        submitted = cells_of(notebook, notebook.cells)
        template, _ = fitting_template(submitted, f"{name}.ipynb", None, own_lessons())
        assert code_to_review(submitted.cells, template) == [], learner.name


@pytest.mark.parametrize("module", [honest_forms, misconceptions])
def test_honest_answers_and_honest_mistakes_are_not_unusual(module, template):
    tables = [value for name, value in vars(module).items() if name.isupper()]
    sources = [text for table in tables for text in texts(table) if "=" in text]
    assert len(sources) > 60
    for source in sources:
        assert codes(source, template) == [], source


UNUSUAL = {
    "torch": "torch.nn.Module.__call__ = lambda self, x: x",
    "another name": "from torch import nn\nnn.Linear.forward = forged",
    "two at once": "a, torch.Tensor.numpy = lie, lie",
    "in a row": "old = torch.tanh = mine",
    "under another name": "import sklearn.datasets as d\nd.make_moons = forged",
    "by setattr": "setattr(torch, 'tanh', mine)",
    "our recorder": "from autograder.checks.recorder.watch import RECORDER",
    "our judges": "import autograder.checks.registry as r",
    "the shell": "get_ipython().ast_transformers.append(Strip())",
    "frames": "import sys\nlabels = sys._getframe(3).f_locals",
    "text": "exec(secret)",
    "the built-in": "value = eval('1')",
    "equality": "class Any:\n    def __eq__(self, other): return True",
    "a table": "nearest = torch.cdist(x, X_train).argmin(1)",
    "weights": f"w = torch.tensor([{'-0.123, 4.5e-3, ' * 100}])",
    "weights in lines": "w = [\n" + "    [0.1234, -1.25],\n" * 90 + "]",
    "packed weights": f"w = '{'aGVs+bG8/' * 120}'",
    "sockets": "import socket",
    "files": "open('/etc/passwd')",
    "files above": "open('../gradebook.db')",
    "shell commands": "!curl example.org",
    "results": "display({'text/html': '<b>Correct</b>'}, raw=True)",
}


@pytest.mark.parametrize("source", UNUSUAL.values(), ids=UNUSUAL)
def test_what_no_answer_needs_is_pointed_out(source, template):
    notes = code_to_review([Cell("code", f"x = 1\n{source}")], template)
    assert [note.code for note in notes] == ["unusual_code"]


USUAL = {
    "where it runs": "if __name__ == '__main__':\n    print('device' in globals(), vars(args))",
    "its class": "print(x.__class__.__name__, '{x}'.format(**locals()))",
    "tidying up": "import gc\ngc.collect()\nimport requests, urllib.request",
    "quiet": "import warnings\ndef warn(*args, **kwargs): pass\nwarnings.warn = warn",
    "seeding": "import os\nos.environ['PYTHONHASHSEED'] = '0'\nos.environ['OMP_NUM_THREADS'] = '1'",
    "colab's folders": "path = '/content/drive/MyDrive/model.pt'\nroot = '/kaggle/input'",
    "settings": "torch.backends.cudnn.deterministic = True",
    "a mistake": "np.random.seed = 42",
    "a few numbers": f"rates = [{'0.001, 0.01, ' * 20}]\nx = 1" + "\n" * 200 + "y = 2",
    "evaluation": "moon_model.eval()\nfast = torch.compile(moon_model)",
    "a comment": "# torch.tanh = mine, import socket",
    "keywords": "plt.plot(x, y, color='r', marker=nn)\nmodel.layer = nn.Linear(2, 1)",
    "pip": "!pip install torchmetrics",
    "colab": "plt.rcParams['figure.dpi'] = 100\nplt.show()",
    "a file": "torch.save(moon_model.state_dict(), 'model.pt')",
}


@pytest.mark.parametrize("source", USUAL.values(), ids=USUAL)
def test_usual_lines_are_left_alone(source, template):
    assert codes(source, template) == []


def test_given_lines_and_text_cells_are_not_looked_at(template):
    setup = next(slot.released for slot in template.slots if slot.key == "setup")
    assert "subprocess" in setup
    assert codes(setup, template) == []
    assert code_to_review([Cell("markdown", "import socket")], template) == []


@pytest.mark.parametrize("source", UNUSUAL.values(), ids=UNUSUAL)
def test_a_file_that_cells_import_is_looked_at_like_them(source):
    (note,) = files_to_review({"mine.py": f"x = 1\n{source}".encode(), "rows.csv": b"1,2\n"})
    assert note.code == "unusual_code"
    assert "mine.py" in note.message


def test_usual_files_are_left_alone():
    files = {f"{n}.py": source.encode() for n, source in enumerate(USUAL.values())}
    assert (
        files_to_review({**files, "latin.py": b"# caf\xe9\nx = 1", "x.csv": b"import socket"}) == []
    )


def test_more_code_than_is_looked_at_is_told(template):
    honest = "x = 1\n" * 20_000
    assert codes(honest, template) == []
    assert codes(honest * 5, template) == ["code_too_long"]
    notes = files_to_review({"mine.py": (honest * 5).encode()})
    assert [note.code for note in notes] == ["code_too_long"]


@pytest.mark.parametrize(
    "text",
    [
        "torch" + ".a" * 150_000,
        " " * 300_000,
        "a," * 150_000,
        "a = " * 90_000,
        "'" * 300_000,
        ("1, " * 490 + "x") * 200,
        ("a" * 990 + " ") * 300,
    ],
)
def test_a_hostile_text_takes_no_long_time(text, template):
    begin = time.process_time()
    codes(text, template)
    assert time.process_time() - begin < 10
