"""What Gradescope shows, as `results.json` wants it: a test for each check, and flags for staff."""

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.evidence.packing import BadEvidence, unpack
from autograder.checks.table import CHECKS, PART_OF, dataset_of
from autograder.checks.words.messages import without_draws
from autograder.checks.words.verdict import OUTCOME_WORDS
from autograder.course.template import Template
from autograder.report.pictures import predictions, regions_png
from autograder.running.evidence import Evidence
from autograder.running.marks import CellMark, Marks
from helpers.text import as_html, listed

#: What a test says as long as its notebook has not been graded.
NOT_YET_GRADED = (
    "This notebook was not graded: the autograder ended before, for lack of time or memory. "
    "Please tell your instructor."
)


@dataclass(frozen=True)
class Graded:
    """What became of one notebook of a submission: marks, or why there are none."""

    marks: Marks | None = None
    evidence: Evidence | None = None
    why: str = ""


def results(
    templates: Mapping[str, Template], graded: Mapping[str, Graded], seconds: float
) -> dict[str, Any]:
    """All of `results.json`; notebooks that are not graded yet say so, and earn nothing."""
    tests: list[dict[str, Any]] = []
    flags: list[dict[str, Any]] = []
    said: list[str] = []
    for name, template in templates.items():
        each = graded.get(name, Graded(why=NOT_YET_GRADED))
        tests += _tests(template, each)
        if each.why:
            said.append(f"{name}: {each.why}")
        if each.marks is not None:
            said += [f"{name}: {note['message']}" for note in each.marks.mended]
            flags += [_flag(name, flag) for flag in each.marks.flags]
    return {
        "score": sum(test["score"] for test in tests),
        "execution_time": round(seconds),
        "output": "\n".join(said),
        "stdout_visibility": "hidden",
        "tests": tests + flags,
    }


def _tests(template: Template, graded: Graded) -> Iterator[dict[str, Any]]:
    cells = {cell.grade_id: cell for cell in graded.marks.cells} if graded.marks else {}
    for key, points in points_of(template).items():
        test: dict[str, Any] = {"score": 0.0, "max_score": points, "name": key, **_called(key)}
        if (cell := cells.get(key)) is None:
            words = graded.why or "A person marks this answer."
            yield {**test, "output": words, "output_format": "text"}
        else:
            yield {**test, "score": cell.score, **_output(cell, graded.evidence)}


def points_of(template: Template) -> dict[str, float]:
    """What each graded cell of a notebook earns, in their order."""
    nodes = [slot.node for slot in template.slots if slot.node is not None]
    graded = [node.metadata.get("nbgrader", {}) for node in nodes]
    return {each.grade_id: float(each.points) for each in graded if each.get("grade")}


def _called(key: str) -> dict[str, str]:
    """The name of a check as a learner understands it, and its number."""
    if (part := PART_OF.get(key)) is None:
        return {}
    place = list(part.checks).index(key) + 1
    kind = CHECKS[key].kind.replace("_", " ")
    return {"name": f"{part.title}: {kind}", "number": f"{part.label}.{place}"}


def _output(cell: CellMark, evidence: Evidence | None) -> dict[str, str]:
    """A verdict's words, and the decision boundary where there is one."""
    outcome = OUTCOME_WORDS[cell.outcome].capitalize()
    lines = [f"{outcome}.", *without_draws(cell.code, cell.message).splitlines()]
    picture = _boundary(cell.grade_id, evidence)
    if not picture:
        return {"output": "\n".join(lines), "output_format": "text"}
    text = "".join(f"<p>{as_html(line)}</p>" for line in lines)
    return {"output": text + picture, "output_format": "html"}


def _boundary(check: str, evidence: Evidence | None) -> str:
    """The learner's decision boundary as HTML; "" where there is none.

    PNG alone: a page that cleans HTML may well take other pictures out.
    """
    if evidence is None or check not in CHECKS or CHECKS[check].kind != "train_accuracy":
        return ""
    dataset = dataset_of(PART_OF[check])
    try:
        found = unpack(evidence.checks.get(check, ""))
    except BadEvidence:
        return ""
    drawn = predictions(dataset, found.get("picture") if isinstance(found, dict) else None)
    if drawn is None:
        return ""
    shares = np.bincount(drawn[0].ravel(), minlength=dataset.classes) / drawn[0].size
    parts = listed([f"class {label} has {share:.0%}" for label, share in enumerate(shares)])
    words = html.escape(f"Your decision boundary, the second feature upwards: {parts} of the plane")
    return f'<p>{words}.</p><p><img alt="{words}." src="{regions_png(drawn[0])}"></p>'


def _flag(notebook: str, flag: Mapping[str, str]) -> dict[str, Any]:
    """A test that staff alone see, and that has no points."""
    about = flag["part"] or notebook
    return {
        "name": f"For a person: {about}",
        "output": flag["message"] or flag["code"],
        "output_format": "text",
        "visibility": "hidden",
    }
