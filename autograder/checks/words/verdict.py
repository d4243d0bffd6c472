"""A verdict: what a judge says of one piece of evidence. Pure data; knows no notebook.

There are four outcomes and no others. The words of a verdict come from the message catalogue,
keyed by its code, so that they can be translated and tested in one place. The verdicts that every
exercise may get stand here too: not started, misnamed, stopped by an error, rescued.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from autograder.checks.table import Part
from autograder.checks.words.errors import explanation_of, first_line
from autograder.checks.words.messages import say

CORRECT = "correct"
NOT_YET = "not_yet"
NOT_STARTED = "not_started"
RAISED = "raised"

#: How each outcome reads on the first line of a message.
HEADINGS = {
    CORRECT: "Correct",
    NOT_YET: "Not yet",
    NOT_STARTED: "Not started",
    RAISED: "Your code raised an error",
}


#: How each outcome reads in a table.
OUTCOME_WORDS = {outcome: words.lower() for outcome, words in HEADINGS.items()} | {RAISED: "error"}


@dataclass(frozen=True)
class Verdict:
    """One judgement.

    Attributes:
        outcome: one of `correct`, `not_yet`, `not_started`, `raised`.
        code: the key in the message catalogue, such as `model_linear`.
        message: what was expected and what came.
        next_step: one thing to try; empty when nothing is left to do.
        remarks: codes of things worth knowing that cost no point.
    """

    outcome: str
    code: str
    message: str
    next_step: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """True for the one outcome that earns points."""
        return self.outcome == CORRECT

    def text(self) -> str:
        """The message and the next step as plain text, one line each."""
        return self.message + (f"\nNext: {self.next_step}" if self.next_step else "")


def _make(outcome: str, code: str, **facts: Any) -> Verdict:
    """The verdict of that outcome; `facts` fill the placeholders of the message."""
    return Verdict(outcome, code, *say(code, **facts))


#: The evidence is right.
correct = partial(_make, CORRECT)
#: The evidence is there and is not right yet.
not_yet = partial(_make, NOT_YET)
#: There is nothing to judge: the blank is untouched or its cell has not run.
not_started = partial(_make, NOT_STARTED)
#: The learner's own code raised, in its cell or when the check called it.
raised = partial(_make, RAISED)


def with_remark(verdict: Verdict, code: str, **facts: Any) -> Verdict:
    """The same verdict with something worth knowing added to its message."""
    message, next_step = say(code, **facts)
    return replace(
        verdict,
        message=f"{verdict.message} {message}",
        next_step=verdict.next_step or next_step,
        remarks=(*verdict.remarks, code),
    )


def raised_by(error: dict[str, str], where: str = "when your cell ran", code: str = "") -> Verdict:
    """The verdict on an exception; `where` completes "This error came ...".

    A judge may know better than `explanation_of` which `code` the message has.
    """
    known, facts = explanation_of(error)
    verdict = raised(code or known, **facts)
    came, _ = say("words_where", where=where, error=first_line(error).rstrip("."))
    return replace(verdict, message=f"{came} {verdict.message}")


def blank(part: Part) -> Verdict:
    """The verdict where a part's cell ran and its blank is untouched."""
    return not_started("blank", label=part.label, title=part.title)


def ended(part: Part, found: dict[str, Any]) -> Verdict | None:
    """The verdict where a part's blank is untouched, or an error ended its cell."""
    if found["blank"]:
        return blank(part)
    return raised_by(found["error"]) if found["error"] else None


def absent(
    part: Part, found: dict[str, Any], uses: Collection[str] = (), *, rescue_serves: bool = False
) -> Verdict | None:
    """The verdict where a part's names are missing or hold a rescue; None where all are there.

    Only the names that are given as `uses` matter, or all of the part's. A rescue serves cells
    that only use what a part left.
    """
    missing = [name for name in found["missing"] if not uses or name in uses]
    if not missing:
        rescued = any(not uses or name in uses for name in found["rescued"])
        return not_started("rescued", label=part.label) if rescued and not rescue_serves else None
    facts = {"label": part.label, "missing": ", ".join(f"`{name}`" for name in missing)}
    if not found["recorder"]:
        return not_started("session_is_new", **facts)
    if wrong := ended(part, found):
        return wrong
    if found["ran"]:
        near = {name: found.get("near", {}).get(name) for name in missing}  # older: none
        for name in filter(near.get, missing):
            return not_yet("name_missing_near", **facts, name=name, near=near[name])
        return not_yet("name_missing", **facts)
    return not_started("cell_not_run", **facts)
