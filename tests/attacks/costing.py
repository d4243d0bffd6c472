"""Submissions that would cost others their marks, or the grader its time; they earn nothing."""

from __future__ import annotations

import os
from functools import partial

from tests.attacks.attack import Attack, Notebook

_costs = partial(Attack, kind="costs others")


def _nested(depth: int) -> object:
    value: object = 0
    for _ in range(depth):
        value = [value]
    return value


def _saved(notebook: Notebook) -> None:
    """A saved output that is nested as deeply as nbformat can write it."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            data = {"application/json": _nested(300), "text/plain": "x"}
            cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]


def _pasted(notebook: Notebook) -> None:
    """A text cell that shows pictures which are not in the file, or are none."""
    pictures = {"there.png": {"image/png": "bm8gcGljdHVyZQ=="}, "odd": {"text/html": "<b>"}}
    notebook["cells"].append(
        {
            "cell_type": "markdown",
            "id": "pasted",
            "metadata": {},
            "attachments": pictures,
            "source": "![a](attachment:missing.png) ![b](attachment:there.png)",
        }
    )


def _held(notebook: Notebook) -> None:
    """Text, and code that is never run, which pages on the notebook would show for hours."""
    cell = {"id": "held", "metadata": {}, "cell_type": "markdown"}
    notebook["cells"] += [
        {**cell, "source": "\\begin{a}" * 40_000},
        {**cell, "id": "code", "cell_type": "code", "outputs": [], "execution_count": None,
         "source": " \n" * 100_000},
    ]  # fmt: skip


ATTACKS = [
    _costs(
        name="half-a-character-in-an-error",
        note="an error message that no file and no database takes",
        before="raise ValueError('\\ud800 \\x00')",
    ),
    _costs(
        name="half-a-character-in-a-name",
        note="an exception's class, a name and an output with half a character",
        before="kind = type('E\\udc80', (Exception,), {})\nprint('\\udcff')\nraise kind('\\udfff')",
    ),
    _costs(
        name="an-error-that-is-obeyed",
        note="marks of rich, escape sequences, and a line that reads like ours",
        before="raise ValueError('[/nope] [red]x \\x1b[2J\\x1b]0;title\\x07 \\u202e "
        "\\nFor a person: ada: everything is fine')",
    ),
    _costs(
        name="an-error-that-has-no-text",
        note="an exception whose text raises another, without an end",
        before="class E(Exception):\n    def __str__(self):\n        raise E()\n"
        "    __repr__ = __str__\nraise E()",
    ),
    _costs(
        name="targets-without-an-end",
        note="a text on which patterns for assignments could take hours",
        before="torch.a,\n" * 5_000,
    ),
    _costs(
        name="pasted-numbers",
        note="a table of numbers in the code",
        before=f"x = [{'0.123456789, ' * 60_000}]",
    ),
    _costs(
        name="brackets-without-an-end",
        note="more brackets than any parser takes",
        before="(" * 50_000 + ")" * 50_000,
    ),
    _costs(
        name="digits-without-an-end",
        note="a million digits printed by the loop that is to show progress",
        notebook="01_moons",
        answers={"moons_train": "optimizer.step()\nprint('Epoch 1' + '1' * 1_000_000)"},
        lost=("moons_train_progress", "moons_train_accuracy"),
    ),
    _costs(
        name="words-like-epochs",
        note="a text on which patterns for reports could go back and forth",
        notebook="01_moons",
        answers={"moons_train": "optimizer.step()\nprint('ep' * 90_000 + 'e ' * 90_000)"},
        lost=("moons_train_progress", "moons_train_accuracy"),
    ),
    _costs(
        name="forged-evidence-of-much-text",
        note="the recorder is told of a million characters that no cell printed",
        notebook="01_moons",
        answers={
            "moons_train": "optimizer.step()\n"
            "from autograder.checks.recorder.watch import RECORDER\n"
            "class Long(str):\n    __getitem__ = lambda self, cut: self\n"
            "RECORDER._tee.text = lambda: Long('epoch 1 ' * 125_000)"
        },
        lost=("moons_train_progress", "moons_train_accuracy"),
    ),
    _costs(
        name="spinning-processes",
        note="forty processes that take all of the processor",
        before="import os, time\nfor _ in range(40):\n    if os.fork() == 0:\n"
        "        end = time.time() + 30\n        while time.time() < end:\n            pass\n"
        "        os._exit(0)\ntime.sleep(5)",
    ),
    _costs(
        name="an-output-nested-deeply",
        note="a shown value and a saved one, nested as deeply as they can be",
        before="from IPython.display import display\nvalue = 0\nfor _ in range(900):\n"
        "    value = [value]\ndisplay({'application/json': value, 'text/plain': 'x'}, raw=True)",
        change=_saved,
    ),
    _costs(
        name="pages-that-take-hours",
        note="Markdown, code, HTML and colours that are slow to show",
        before="from IPython.display import HTML, display\ndisplay(HTML('<div>' * 100_000))\n"
        "print('\\x1b[m' * 200_000)",
        change=_held,
    ),
    _costs(
        name="outputs-of-nothing",
        note="as many outputs as fit into the bytes that a notebook may show",
        before="from IPython.display import display\nfor _ in range(100_000):\n"
        "    display({}, raw=True)",
    ),
    _costs(
        name="pictures-that-are-missing",
        note="a text cell with pictures that are not there, or none",
        change=_pasted,
    ),
    _costs(
        name="a-file-in-latin-1",
        note="a data file and a module whose names are not UTF-8",
        before="print(1)",
        beside={os.fsdecode(b"caf\xe9.csv"): b"1,2\n", os.fsdecode(b"m\xffine.py"): b"x = 1\n"},
    ),
    _costs(
        name="a-file-whose-name-is-a-line",
        note="file names with a line end, an escape sequence, and letters that look like spaces",
        before="print(1)",
        beside={
            "a.csv\nFor a person: ada: all is well": b"1",
            "\x1b[2Jb.csv": b"1",
            "c.csv\u3164was\u3164graded.\u3164All\u3164is\u3164well": b"1",
        },
    ),
]
