"""Tells which notebook of the course a submission is, and which released revision of it.

A learner may have been given a notebook that `autograder release` has replaced since: those are
kept in the clone, in `grading/releases/NAME/HASH.ipynb`.
"""

from collections.abc import Mapping
from pathlib import Path

from autograder.course.cell_text import bound_names, heading, tidy
from autograder.course.lessons import Lessons
from autograder.course.releases import replaced
from autograder.course.template import Template
from autograder.submissions.cells import Note, SubmittedCells
from autograder.submissions.read import NotGradable
from helpers.text import as_name


def fitting_template(
    submitted: SubmittedCells, label: str, course: Path | None, lessons: Lessons
) -> tuple[Template, list[Note]]:
    """The notebook of the course, in the revision that the learner was given; with notes on that.

    Its cells count, not the label, its file's name. In another course than this project's own that
    counts too, because exercises of different notebooks may be alike. Earlier revisions are those
    of the given clone; None for the one around this folder.

    Raises:
        NotGradable: none of its cells is one of ours.
    """
    templates = lessons.templates
    found = {name: _fit(submitted, name, templates) for name in templates}
    name = max(found, key=lambda name: found[name])
    named = label.removesuffix(".ipynb")
    if not lessons.own and named in found and (found[named] or not _asks(templates[named])):
        name = named
    elif not found[name]:
        raise NotGradable(
            "not_ours",
            f"{as_name(label)} has no exercise of this course in it. "
            f"The notebooks are {', '.join(found)}.",
        )
    sources = {tidy(cell.source) for cell in submitted.cells}
    earlier = replaced(name, course) if lessons.own else lessons.earlier.get(name, ())
    # The first of equals is taken, and the current revision is the first.
    template = max(
        (templates[name], *earlier),
        key=lambda each: sum(tidy(slot.released) in sources for slot in each.slots),
    )
    if not template.revision:
        return template, []
    words = f"The learner was given an older release, {template.revision}; it was taken as such."
    return template, [Note("older_release", "", words)]


def _asks(template: Template) -> bool:
    return any(slot.kind in ("solution", "check") for slot in template.slots)


def _fit(submitted: SubmittedCells, name: str, templates: Mapping[str, Template]) -> int:
    """How many cells of a submission can only come from this notebook."""
    slots = templates[name].slots
    others = [slot for other, each in templates.items() if other != name for slot in each.slots]
    keys = {slot.key for slot in slots if slot.kind in ("solution", "check")}
    sources = {tidy(slot.released) for slot in slots} - {tidy(slot.released) for slot in others}
    headings = {slot.heading for slot in slots} - {""}
    names = {n for slot in slots for n in slot.names} - {n for slot in others for n in slot.names}
    return sum(
        not keys.isdisjoint({cell.grade_id, cell.id})
        or tidy(cell.source) in sources
        or heading(cell.source) in headings
        or (cell.kind == "code" and not names.isdisjoint(bound_names(cell.source)))
        for cell in submitted.cells
    )
