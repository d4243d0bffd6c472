"""Watches each cell as it runs: text, pictures, optimizer steps, errors. Knows no judge.

What a cell printed or drew is gone by the next cell, so it has to be seen as it happens. One
`Recorder` lives in the process; `install()` is called by the setup cell, and by a grader before
the first cell. It draws no random numbers, binds no name and changes nothing that a cell uses.
"""

import io
import sys
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TextIO

from torch import Tensor, nn

from autograder.checks.recorder import pictures
from autograder.checks.recorder.steps import StepWatch, content_of
from autograder.checks.table import BLANK, BY_LABEL, MARKER, PARTS, Part
from autograder.checks.words.errors import VERDICT_ERRORS, describe_error

#: Characters of printed text kept for one cell: the first and the last half of it.
TEXT_LIMIT = 200_000
#: What learners call the models that they train.
_MODELS = tuple(dict.fromkeys(part.model for part in PARTS.values() if part.model))


@dataclass(eq=False)
class Run:
    """What one execution of one cell left to see.

    Attributes:
        exercise: the label of the exercise whose cell it is, such as `4b`, or None.
        blank: the solution is still the untouched blank.
        error: the exception (see `errors.describe_error`) that ended the cell, or None.
        text: what it printed, shortened in the middle when very long.
        axes: one plain description per axes drawn (see `pictures.describe_axes`).
        steps: one record per optimizer that stepped (see `StepRecord`).
        models: a weak reference to each known model after the cell, by name.
        held: weak references to the parameters of each known model before the cell, by name.
        changed: the names of those whose parameters have other values than before the cell.
        outputs: copies of what a cell left whose part is `copied`, and of its model as `model`.
    """

    exercise: str | None
    blank: bool
    error: dict[str, Any] | None = None
    text: str = ""
    axes: list[dict[str, Any]] = field(default_factory=list)
    steps: list[Any] = field(default_factory=list)
    models: dict[str, weakref.ref[Any]] = field(default_factory=dict)
    held: dict[str, tuple[weakref.ref[Any], ...]] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    outputs: dict[str, Any] | None = None


#: A notebook's namespace, and what was recorded of it; None without a recorder.
Names = Mapping[str, Any]
Runs = list[Run] | None


class Tee(io.TextIOBase):
    """Passes text on to the real stream, keeps a bounded copy, and says so before each piece."""

    def __init__(self, stream: TextIO, printed: Callable[[], None] = lambda: None) -> None:
        self.stream, self._printed = stream, printed
        self._kept: list[str] = []
        self._length = 0
        self._tail = ""

    def write(self, text: str) -> int:
        """Pass the text on; keep it while there is room, then only the latest."""
        if isinstance(text, str):
            self._printed()
            if self._length < TEXT_LIMIT // 2:
                self._kept.append(text[: TEXT_LIMIT // 2])
            else:
                self._tail = (self._tail + text)[-TEXT_LIMIT // 2 :]
            self._length += len(text)
        return self.stream.write(text)

    def flush(self) -> None:
        """Flush the real stream."""
        self.stream.flush()

    def text(self) -> str:
        """What was printed, or its beginning and its end."""
        return "".join(self._kept) + self._tail

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class Recorder:
    """The runs of this session's cells, in order, oldest first; None until there are any to see."""

    def __init__(self) -> None:
        self.runs: Runs = None
        self.passed: dict[str, bool] = {}  # by check id, how its last run here went
        self._current: Run | None = None
        self._shell: Any = None
        self._before_cell: dict[str, tuple[Any, int | None]] = {}

    def attach(self, shell: Any) -> None:
        """Start watching an IPython shell; a second call for the same shell does nothing."""
        if self._shell is shell:
            return
        self._shell, self.runs = shell, self.runs or []
        shell.events.register("pre_run_cell", self._before)
        shell.events.register("post_run_cell", self._after)

    def _before(self, info: Any) -> None:
        source = str(getattr(info, "raw_cell", "") or "")
        lines = [line.strip() for line in source.splitlines()]
        # The blank's own two lines still stand, with nothing else put in their place.
        blank = any(pair == (BLANK, "pass") for pair in pairwise(lines))
        self._current = Run(_exercise(self._shell, source), blank)
        self._before_cell = {
            name: (weakref.ref(model), content_of(model.parameters()))
            for name, model in self._models()
        }
        self._current.held = {
            name: tuple(map(weakref.ref, model.parameters())) for name, model in self._models()
        }
        pictures.watch()
        self._steps = StepWatch()
        self._tee = sys.stdout = Tee(sys.stdout, self._steps.printed)

    def _after(self, result: Any) -> None:
        run, self._current = self._current, None
        if run is None or self.runs is None:
            return
        if sys.stdout is self._tee:
            sys.stdout = self._tee.stream
        run.text = self._tee.text()
        run.axes = pictures.drawn()
        run.steps = self._steps.stop()
        names = self._shell.user_ns
        error = getattr(result, "error_before_exec", None) or getattr(result, "error_in_exec", None)
        if isinstance(error, BaseException):
            run.error = describe_error(error, names)
        for name, model in self._models():
            run.models[name] = weakref.ref(model)
            before, content = self._before_cell.get(name, (None, None))
            if (
                before is not None
                and before() is model
                and content != content_of(model.parameters())
            ):
                run.changed |= {name}
        part = BY_LABEL.get(run.exercise or "")
        run.outputs = _copy_outputs(part, names) if part is not None and part.copied else None
        self.runs.append(run)

    def _models(self) -> list[tuple[str, Any]]:
        """The known models that there are now, by name."""
        found = [(name, self._shell.user_ns.get(name)) for name in _MODELS]
        return [(name, model) for name, model in found if isinstance(model, nn.Module)]


def _exercise(shell: Any, source: str) -> str | None:
    """Whose cell runs: by the id that came with the request, or else by the line in the cell.

    JupyterLab and our grader send the id as `cellId`, Colab in a place of its own. It beats the
    line, which goes when a whole answer is pasted over a cell, and may come with what is pasted.
    """
    request = getattr(shell, "parent_header", None)  # a terminal has no requests
    sent = request.get("metadata") if isinstance(request, Mapping) else None
    if isinstance(sent, Mapping):
        colab = sent.get("colab")
        ids = (sent.get("cellId"), colab.get("cell_id") if isinstance(colab, Mapping) else None)
        for each in ids:
            if isinstance(each, str) and each in PARTS:
                return PARTS[each].label
    marker = MARKER.search(source)
    return marker.group(1) if marker else None


def _copy_outputs(part: Part, names: Names) -> dict[str, Any] | None:
    values: dict[str, Any] = {n: names.get(n) for n in part.names if n != part.model}
    if not all(isinstance(value, Tensor) for value in values.values()):
        return None
    copies: dict[str, Any] = {name: value.detach().clone() for name, value in values.items()}
    model = names.get(part.model)
    if isinstance(model, nn.Module):
        copies["model"] = None  # a model may forbid copying; then only its outputs are kept
        with suppress(Exception):
            copies["model"] = deepcopy(model)
    return copies


RECORDER = Recorder()


def install() -> bool:
    """Start recording the cells of the notebook that calls this; False outside IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        RECORDER.attach(shell)
    return shell is not None


def recorded() -> Runs:
    """The runs so far, or None where nothing records."""
    return RECORDER.runs


def runs_of(runs: Runs, exercise: str) -> list[Run]:
    """The runs of one exercise's solution cell, oldest first."""
    return [run for run in runs or [] if run.exercise == exercise]


def last_error(names: Names) -> tuple[dict[str, Any] | None, str]:
    """The last error of this session that is not a check's message, and the last training's text.

    Without a recorder, the interpreter's own memory of its last exception has to do.
    """
    runs = recorded()
    if runs is None:
        error = getattr(sys, "last_value", None)
        if error is None or type(error).__name__ in VERDICT_ERRORS:
            return None, ""
        return describe_error(error, names), ""
    printed = next((run.text for run in reversed(runs) if run.steps), "")
    errors = (run.error for run in reversed(runs) if run.error)
    return next((error for error in errors if error["type"] not in VERDICT_ERRORS), None), printed
