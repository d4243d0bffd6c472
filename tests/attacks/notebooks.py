"""The file itself as the attack: tags, deleted and changed cells, points, outputs, pickles."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.attacks.attack import Attack, Notebook
from tests.support import damage

_file = partial(Attack, kind="notebook's own cells")


def _each_check(act: Callable[[dict[str, Any]], None]) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        for cell in notebook["cells"]:
            if damage.is_check(cell):
                act(cell)

    return change


def _marks(**values: Any) -> Callable[[Notebook], None]:
    """Change nbgrader's metadata of every check cell."""
    return _each_check(lambda cell: damage.marks(cell).update(values))


def _tagged(*tags: str) -> Callable[[Notebook], None]:
    return _each_check(lambda cell: cell["metadata"].update(tags=list(tags)))


def _sourced(source: str) -> Callable[[Notebook], None]:
    return _each_check(lambda cell: cell.update(source=source))


def _deleted(notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if not damage.is_check(cell)]


def _renamed(notebook: Notebook) -> None:
    """Check cells are called otherwise, and cells that always pass bear their names."""
    passing = []
    for cell in notebook["cells"]:
        if damage.is_check(cell):
            twin = copy.deepcopy(cell)
            twin.update(source="1", id=f"twin-{cell['id']}")
            passing.append(twin)
            damage.marks(cell)["grade_id"] += "_old"
            cell["id"] += "-old"
    notebook["cells"] += passing


def _solution_with_points(notebook: Notebook) -> None:
    cell = notebook["cells"][damage.find(notebook, "tanh")]
    damage.marks(cell).update(grade=True, points=100, locked=False)


def _show_outputs(notebook: Notebook) -> None:
    """Saved outputs say that all has passed."""
    for cell in notebook["cells"]:
        if damage.is_check(cell):
            verdict = {"code": "tanh_values_right", "remarks": [], "message": ""}
            cell["execution_count"] = 7
            cell["outputs"] = [{
                "output_type": "display_data", "data": {"text/plain": ["Correct - exercise 6"]},
                "metadata": {"moons_and_spirals": verdict},
            }, {
                "output_type": "execute_result", "data": {"text/plain": ["5"]},
                "metadata": {}, "execution_count": 7,
            }]  # fmt: skip


def _script_outputs(notebook: Notebook) -> None:
    html = "<script>fetch('http://127.0.0.1:1/')</script><img src=x onerror=alert(1)>"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{
                "output_type": "display_data", "metadata": {},
                "data": {"text/html": [html], "application/javascript": ["alert(1)"]},
            }]  # fmt: skip
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"x": html}}


def _another_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {
        "name": "../../bash", "display_name": "Bash", "language": "bash",
    }  # fmt: skip


def _paths_in_metadata(notebook: Notebook) -> None:
    notebook["metadata"]["name"] = "../../../../solutions/classification/02_tanh"
    notebook["metadata"]["nbgrader"] = {"db_url": "sqlite:////tmp/none.db", "student": "classmate"}


_PICKLE = """class Harm:
    def __reduce__(self):
        return (print, ('harm done',))
    def __reduce_ex__(self, protocol):
        return (exec, ("open('@OUTSIDE@/open/@MARK@', 'w').write('x')",))
    def __deepcopy__(self, memo):
        return self.__reduce_ex__(2)[0](*self.__reduce_ex__(2)[1])
"""

ATTACKS = [
    _file(name="skip-execution", note="check cells are tagged to be skipped",
          change=_tagged("skip-execution")),
    _file(name="skip-execution-and-output", note="the same, with outputs that say passed",
          change=lambda notebook: (_tagged("skip-execution")(notebook),
                                   _show_outputs(notebook))[0]),
    _file(name="raises-exception", note="check cells are tagged as allowed to fail",
          change=_tagged("raises-exception", "nbgrader-ignore")),
    _file(name="checks-deleted", note="there are no check cells", change=_deleted),
    _file(name="checks-say-1000", note="check cells are replaced by 1000", change=_sourced("1000")),
    _file(name="checks-emptied", note="check cells are empty", change=_sourced("")),
    _file(name="checks-are-text", note="check cells are Markdown",
          change=_each_check(lambda cell: cell.update(cell_type="markdown"))),
    _file(name="checks-renamed", note="other cells bear the check cells' names", change=_renamed),
    _file(name="points-nan", note="points in the file are nan", change=_marks(points=float("nan"))),
    _file(name="points-negative", note="points in the file are -5", change=_marks(points=-5)),
    _file(name="points-huge", note="points in the file are 1e9", change=_marks(points=1e9)),
    _file(name="points-zero", note="check cells are no longer graded",
          change=_marks(grade=False, points=0)),
    _file(name="checks-unlocked", note="check cells are unlocked, and say pass",
          change=lambda notebook: (_marks(locked=False, solution=True, checksum="x")(notebook),
                                   _sourced("pass")(notebook))[0]),
    _file(name="schema-of-tomorrow", note="nbgrader's metadata has version 99",
          change=_marks(schema_version=99)),
    _file(name="solution-with-points", note="the answer's own cell is worth 100",
          change=_solution_with_points),
    _file(name="outputs-say-passed", note="saved outputs show verdicts and marks",
          change=_show_outputs),
    _file(name="outputs-with-scripts", note="saved outputs hold HTML and JavaScript",
          change=_script_outputs),
    _file(name="html-shown", note="the learner's cell shows HTML and JavaScript",
          before="from IPython.display import HTML, Javascript, display\n"
          "display(HTML('<script>alert(1)</script>'), Javascript('alert(1)'))"),
    _file(name="another-kernel", note="the file names a kernel by a path",
          change=_another_kernel),
    _file(name="paths-in-metadata", note="the file names other files and learners",
          change=_paths_in_metadata),
    _file(name="pickle-as-tanh", note="the answer is an object whose pickle does harm",
          answers={"tanh": _PICKLE + "    def __call__(self, x):\n        return self\n"
                   "tanh = Harm()"}),
    _file(name="pickle-as-model", note="the model holds an object whose pickle does harm",
          notebook="01_moons",
          answers={"moons_train": _PICKLE + "moon_model.extra = Harm()\n"
                   "moon_model.register_buffer('b', torch.ones(1))"},
          lost=("moons_train_progress", "moons_train_accuracy")),
    _file(name="magics", note="cell magics and shell commands instead of Python",
          before="%%bash\necho hello > @OUTSIDE@/open/@MARK@\ncat @OUTSIDE@/secret.txt"),
]  # fmt: skip
