"""Reads marks and verdicts out of a notebook that has run. The score is nbgrader's own reading."""

from dataclasses import asdict, dataclass, field
from operator import itemgetter
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade, is_solution

from autograder.checks.table import PART_OF
from autograder.checks.words.display import VERDICT
from autograder.checks.words.messages import say
from autograder.checks.words.verdict import CORRECT, NOT_STARTED, RAISED
from autograder.console import shown
from autograder.kernels.layers import Protection
from autograder.running.notebook import RUN
from helpers.text import as_name, as_said, printable

_OUTCOMES = {"NotYet": "not_yet", "NotStarted": "not_started", "Raised": "raised"}
#: Codes that a person should look at, whatever the mark.
VERDICT_FLAGS = {
    "tanh_library": "While the answer ran, the library's own tanh was called. Please read the "
    "answer.",
    "tanh_table": "The tanh looks its values up in a stored table. The points for values were "
    "given: please look where they come from.",
    "tanh_unseen": "The tanh has right values, and it could not be seen what made all of them: a "
    "library's function may have. The points were given: please look where they come from.",
    "judged_in_kernel": "No judge of ours knows this check, so it ran in the learner's own kernel.",
    "too_many_points": "The check gave more points than it has, so it counts as not passed.",
    "train_set_by_hand": "No step that was seen has made the values that let the model pass: "
    "a kept best model, an average, or values from elsewhere.",
    "train_jumps": "The model's answers jump, as those of a table do that is looked up. Those of a "
    "network change bit by bit, with its values and from row to row.",
    "train_passed_before": "The model passed before its first step in this notebook: its values "
    "come from before, or from elsewhere.",
    "train_parameters_unused": "With other parameters the model gives the same answers. Please see "
    "where they come from.",
}

_IN_KERNEL = (
    "The checks ran in the learner's own kernel, as nbgrader runs them. There, the notebook's code "
    "can change what they say."
)
#: Characters of a message and of a code; ours are shorter.
_LONGEST, _LONGEST_CODE = 3000, 100


@dataclass
class CellMark:
    """One check cell's mark; `outcome` is one of the four of `verdict`."""

    grade_id: str
    part: str
    score: float
    max_score: float
    outcome: str
    message: str
    code: str


@dataclass
class Marks:
    """What `autograder check --json` prints; see `as_json`.

    `flags` and `mended` hold `{"code", "part", "message"}`; `part` may be "".
    """

    notebook: str
    cells: list[CellMark] = field(default_factory=list)
    flags: list[dict[str, str]] = field(default_factory=list)
    mended: list[dict[str, str]] = field(default_factory=list)
    #: What protected the run, from `Protection.as_json`; none where nothing ran.
    protection: dict[str, Any] = field(default_factory=lambda: Protection().as_json())
    error: dict[str, str] | None = None

    @property
    def score(self) -> float:
        """Points earned in all check cells."""
        return sum(cell.score for cell in self.cells)

    @property
    def max_score(self) -> float:
        """Points that could be earned."""
        return sum(cell.max_score for cell in self.cells)

    def as_json(self) -> dict[str, Any]:
        """The plain form, with the keys that are promised to other programs."""
        scores = {"score": self.score, "max_score": self.max_score}
        # In one order, whichever command has found them.
        flags = sorted(self.flags, key=itemgetter("part", "code", "message"))
        return {"notebook": self.notebook, **scores, **asdict(self), "flags": flags}


def read_marks(notebook: NotebookNode, name: str) -> Marks:
    """The marks of every check cell of a notebook that has run, here or in nbgrader.

    Cells that a person has to mark are left out.
    """
    marks = Marks(name)
    if RUN in notebook.metadata:
        marks.protection = dict(notebook.metadata[RUN]["protection"])
        marks.flags += notebook.metadata[RUN].get("flags", [])
        marks.mended += notebook.metadata[RUN].get("mended", [])
    graded = list(filter(is_grade, notebook.cells))
    # In another course no check has a judge of ours: nothing that a person should see each time.
    ours = any(cell.metadata.nbgrader.grade_id in PART_OF for cell in graded)
    for cell in graded:
        grade_id = cell.metadata.nbgrader.grade_id
        score, max_score = determine_grade(cell)
        if score is None:  # an answer that a person marks
            continue
        outcome, code, message, remarks = (
            (NOT_STARTED, "no_response", "", ()) if is_solution(cell) else _verdict(cell)
        )
        if outcome == CORRECT and not score and max_score:
            # nbgrader gives nothing to a cell that wrote to stderr, whatever its check said.
            outcome, code = RAISED, "check_disturbed"
            message, _ = say("words_check_disturbed")
        part = PART_OF[grade_id].id if grade_id in PART_OF else grade_id
        marks.cells.append(
            CellMark(grade_id, part, float(score), max_score, outcome, message, code)
        )
        for flag in (code, *remarks, "" if grade_id in PART_OF or not ours else "judged_in_kernel"):
            told = {"code": flag, "part": part, "message": VERDICT_FLAGS.get(flag, "")}
            if flag in VERDICT_FLAGS and told not in marks.flags:  # once for all checks of a part
                marks.flags.append(told)
    if marks.cells and not ours:
        marks.mended.append({"code": "judged_in_kernel", "part": "", "message": _IN_KERNEL})
    return marks


def _verdict(cell: NotebookNode) -> tuple[str, str, str, tuple[str, ...]]:
    """Outcome, code, message and remarks of a check cell, from its outputs."""
    for output in cell.outputs:
        if output.output_type != "error":
            continue
        if output.ename in _OUTCOMES:
            code, _, told = output.evalue.partition(": ")
            return _OUTCOMES[output.ename], _code(code), _text(told.partition("\n")[2]), ()
        said = as_said(" ".join(output.evalue[:_LONGEST].split()))
        text = f"{as_name(output.ename)}: {said}".rstrip(": ")
        return RAISED, "check_did_not_run", say("words_check_did_not_run", error=text)[0], ()
    facts = [output.get("metadata", {}).get(VERDICT) for output in cell.outputs]
    # A check that ran in the learner's own kernel may have left anything there.
    found: dict[str, Any] = next((f for f in reversed(facts) if f and isinstance(f, dict)), {})
    remarks = found.get("remarks")
    notes = filter(None, map(_code, remarks if isinstance(remarks, list) else ()))
    return CORRECT, _code(found.get("code")) or "passed", _text(found.get("message")), tuple(notes)


def _text(value: Any) -> str:
    return shown(value[:_LONGEST]) if isinstance(value, str) else ""


def _code(value: Any) -> str:
    return printable(value[:_LONGEST_CODE]) if isinstance(value, str) else ""
