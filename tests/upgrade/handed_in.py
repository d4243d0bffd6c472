"""What the learners of the class hand in, for `build_class`: one of each kind.

ada has all right; ben is half done; cleo calls the library's own tanh; dan's code raises; eve's
file is cut off; fay has one notebook of three, and is the last; gus is late; hana has a standalone
notebook; ivo has an earlier release; jo has a cell twice.
"""

from __future__ import annotations

import json
import shutil

import nbformat

from autograder.demo.build import fill, released_notebooks
from autograder.demo.sample import sample_class
from tests.upgrade.course import ASSIGNMENT, ROOT, command

TANH = "02_tanh"
#: Two days late, begun: the class is due on January 10, at noon.
HANDED_IN = "2026-01-12 09:30:00 UTC"
#: What stands in 02_tanh, and what stood in the earlier release: two headings and a given cell.
EARLIER = {
    "## A worked example: the sigmoid": "## An example: the logistic function",
    'print("ours:      ", sigmoid(x))': 'print("by hand:   ", sigmoid(x))',
    "## Exercise 6: write tanh": "## Exercise 6: your own tanh",
}


def release_twice(course):
    """Release another 02_tanh, then today's; returns the first as learners got it.

    `autograder release` keeps what it replaces, in `grading/releases/`.
    """
    path = course / f"solutions/{ASSIGNMENT}/{TANH}.ipynb"
    today, text = path.read_bytes(), path.read_text("utf-8")
    for now, then in EARLIER.items():
        now, then = json.dumps(now)[1:-1], json.dumps(then)[1:-1]
        assert text.count(now) == 1, now
        text = text.replace(now, then)
    released = course / f"notebooks/{ASSIGNMENT}"
    shutil.rmtree(released)  # else today's would be kept, as if it had been replaced
    path.write_text(text, "utf-8")
    command(course, "release", "--no-proof")
    earlier = nbformat.read(released / f"{TANH}.ipynb", as_version=4)
    path.write_bytes(today)
    command(course, "release", "--no-proof")
    for each in (ROOT / f"notebooks/{ASSIGNMENT}").glob("*.ipynb"):
        assert (released / each.name).read_bytes() == each.read_bytes()
    (kept,) = (course / "grading/releases").rglob("*.ipynb")
    assert kept.parent.name == TANH
    return earlier


def hand_in_all(course, earlier):
    """Everybody but fay."""
    full, half, crash, library = map(
        answers, ("perfect-sequential", "half-finished", "crashes-midway", "library-tanh")
    )
    hand_in(course, "ada", {name: filled(name, full) for name in released_notebooks()})
    hand_in(course, "ben", {name: filled(name, half) for name in ("01_moons", TANH)})
    hand_in(course, "cleo", {TANH: filled(TANH, library)})
    hand_in(course, "dan", {name: filled(name, crash) for name in ("01_moons", TANH)})
    hand_in(course, "eve", {TANH: nbformat.writes(filled(TANH, full))[:4000]})
    both = {TANH: filled(TANH, library), "03_spirals": filled("03_spirals", full)}
    hand_in(course, "gus", both, timestamp=HANDED_IN)
    command(course, "release", "--standalone", "--no-proof")
    alone = nbformat.read(course / f"build/standalone/{TANH}.ipynb", as_version=4)
    hand_in(course, "hana", {TANH: fill(alone, full)})
    hand_in(course, "ivo", {TANH: fill(earlier, half)})
    twice = filled(TANH, half)
    place = next(n for n, cell in enumerate(twice.cells) if cell.id == "tanh")
    twice.cells.insert(place + 1, twice.cells[place])
    hand_in(course, "jo", {TANH: json.dumps(twice)})  # nbformat would give the copy an id


def hand_in_fay(course):
    """She hands in when marks have been decided for everybody."""
    hand_in(course, "fay", {"03_spirals": filled("03_spirals", answers("linear-model"))})


def answers(name):
    return sample_class([name])[0]


def filled(name, learner):
    return fill(released_notebooks()[name], learner)


def hand_in(course, learner, notebooks, timestamp=""):
    """Put files where `autograder collect` would."""
    folder = course / "grading/submitted" / learner / ASSIGNMENT
    folder.mkdir(parents=True)
    for name, content in notebooks.items():
        text = content if isinstance(content, str) else nbformat.writes(content)
        (folder / f"{name}.ipynb").write_text(text, "utf-8")
    if timestamp:
        (folder / "timestamp.txt").write_text(f"{timestamp}\n", "utf-8")
