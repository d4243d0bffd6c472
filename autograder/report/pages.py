"""Writes the pages: self-contained HTML, without scripts and without anything from elsewhere."""

import re
import tomllib
from collections import Counter, defaultdict
from importlib.resources import files
from statistics import mean, median
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from autograder.checks.table import PARTS, dataset_of
from autograder.checks.words.messages import catalogue
from autograder.checks.words.verdict import CORRECT, NOT_STARTED, NOT_YET, OUTCOME_WORDS, RAISED
from autograder.classroom.questions import Question
from autograder.report import pictures
from autograder.report.curves import activation_svg, curves_svg
from autograder.report.seen import LearnerSeen, PartSeen
from autograder.report.to_decide import Entry
from helpers.text import as_html, count

#: A sign beside each outcome's words, for those who skim.
_SIGNS = {CORRECT: "✓", NOT_YET: "○", NOT_STARTED: "–", RAISED: "✗"}
#: A place in the catalogue's words for a learner's facts.
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_HERE = files("autograder.report")
#: Why a person should look, by the note's code.
_REASONS = tomllib.loads(_HERE.joinpath("reasons.toml").read_text("utf-8"))


def learner_page(learner: LearnerSeen, assignment: str) -> str:
    """The feedback for one learner, under the assignment's title."""
    return _PAGES.get_template("learner.html").render(learner=learner, assignment=assignment)


def page_to_decide(entries: list[Entry], assignment: str) -> str:
    """What waits for a person, for people who grade, under the assignment's title."""
    return _PAGES.get_template("to_decide.html").render(entries=entries, assignment=assignment)


def class_page(learners: list[LearnerSeen], assignment: str, *, names: bool = True) -> str:
    """The report on a class of one learner at least, under the assignment's title.

    Without names they are "learner 1" and so on, in an order by points.
    """
    shown = sorted(learners, key=lambda each: (-each.score, each.id))
    called = {
        each.id: each.name if names else f"learner {n}" for n, each in enumerate(shown, start=1)
    }
    scores = [each.score for each in shown]
    seconds = [book.seconds for each in shown for book in each.notebooks if book.seconds]
    return _PAGES.get_template("class.html").render(
        assignment=assignment,
        learners=shown,
        called=called,
        most=max(each.most for each in shown),
        mean=mean(scores),
        median=median(scores),
        histogram=Markup(
            pictures.histogram_svg(
                [each.score / each.most if each.most else 0.0 for each in shown],
                "Learners by share of the points",
            )
        ),
        parts=_by_part(shown),
        misconceptions=_misconceptions(shown, names=names),
        why=(lambda ask: ask.message) if names else _in_general,
        penalty=mean(each.lost for each in shown),
        seconds=seconds,
        median_seconds=median(seconds) if seconds else 0.0,
        last=max((book.graded for each in shown for book in each.notebooks), default=""),
    )


def _by_part(learners: list[LearnerSeen]) -> list[dict[str, Any]]:
    """For each part: how many handed it in, passed it whole, and what they earned."""
    found: dict[str, dict[str, Any]] = {}
    for learner in learners:
        for book in learner.notebooks:
            for part in book.parts:
                row = found.setdefault(
                    part.id, {"part": part, "handed": 0, "passed": 0, "points": 0.0}
                )
                row["handed"] += book.handed_in
                row["passed"] += book.handed_in and part.points >= part.most
                row["points"] += part.points
    return list(found.values())


def _in_general(ask: Question) -> str:
    """A reason without the learner's facts, such as a file's name or a line of code."""
    return _REASONS.get(ask.code, "A person should look at this notebook.")


def _misconceptions(learners: list[LearnerSeen], *, names: bool) -> list[dict[str, Any]]:
    """What went wrong, by how many learners have it, and how to teach it; blanks are none of it."""
    who: defaultdict[str, set[str]] = defaultdict(set)
    examples: dict[str, Counter[tuple[str, str, str]]] = defaultdict(Counter)
    for learner in learners:
        for book in learner.notebooks:
            for part in book.parts:
                for check in part.checks:
                    if check.code and check.outcome in (NOT_YET, RAISED):
                        who[check.code].add(learner.id)
                        examples[check.code][check.message, check.step, part.id] += 1
    found = []
    for code, ids in who.items():
        (message, step, part_id), _ = examples[code].most_common(1)[0]
        words = catalogue().get(code) or catalogue().get(f"words_{code}", {})
        # The catalogue's own words, unless they have places for one learner's facts.
        says = words.get("says", "{}")
        if not names:
            message, step = (_PLACEHOLDER.sub("…", words.get(n, "")) for n in ("says", "next"))
        says = message if "{" in says else says
        entry = PARTS.get(part_id)
        reteach = words.get("reteach") or (entry.reteach if entry is not None else step)
        shown = code if words or names else "unknown"  # in another course a learner may name it
        found.append({"code": shown, "learners": len(ids), "says": says, "reteach": reteach})
    return sorted(found, key=lambda each: (-each["learners"], each["code"]))


def _boundary(part: PartSeen, title: str = "Your decision boundary") -> Markup:
    dataset = dataset_of(PARTS[part.id])
    return Markup(pictures.boundary_svg(dataset, part.grid, part.predicted, title))


_PAGES = Environment(
    loader=PackageLoader("autograder.report"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.globals.update(
    words=OUTCOME_WORDS,
    signs=_SIGNS,
    boundary=_boundary,
    thumbnail=lambda part: pictures.regions_png(part.grid),
    goal=lambda part: Markup(pictures.goal_svg(dataset_of(PARTS[part.id]))),
    activation=lambda part: Markup(activation_svg(part.curve)),
    curves=lambda part, kind: Markup(curves_svg(part.curves, kind)),
    style=Markup(_HERE.joinpath("style.css").read_text("utf-8")),
)
_PAGES.filters["as_html"] = lambda text: Markup(as_html(text))
_PAGES.filters["counted"] = count
_PAGES.filters["points"] = lambda value: f"{value:.10g}"
