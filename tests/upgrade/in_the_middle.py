"""Learners who are in the middle of the notebooks of November 2026 when those are replaced.

    .venv/bin/python -m tests.upgrade.in_the_middle

writes `data/in-the-middle.tar.xz`: the released notebooks, and what a learner who has solved them
and one who has solved half hand in. `data/in-the-middle.json` says what each check was worth then.
It was run once, before the lessons changed; later code is to give the same codes and points, so do
not run it again to make a test pass.
"""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from pathlib import Path

from tests.upgrade.course import ASSIGNMENT, DATA, ROOT, command, marks, new_course
from tests.upgrade.handed_in import answers, filled, hand_in

KEPT = DATA / "in-the-middle.tar.xz"
WORTH = DATA / "in-the-middle.json"
LEARNERS = {"ada": "perfect-sequential", "ben": "half-finished"}


def course_with(folder, archive=KEPT):
    """A course of this checkout, in which those learners' old notebooks were handed in."""
    course = new_course(folder / "course", more="")
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "old", filter="data")
    shutil.copytree(folder / "old/submitted", course / "grading/submitted")
    return course


def worth(course):
    """Code and points of each check, by learner and notebook."""
    command(course, "grade", codes=(0, 1))
    return {
        learner: {
            notebook: {
                check: [cell["code"], cell["points"]] for check, cell in own["checks"].items()
            }
            for notebook, own in notebooks.items()
        }
        for learner, notebooks in marks(course).items()
    }


def main():
    """Fill the present notebooks, pack them, and write down what they are worth."""
    with tempfile.TemporaryDirectory(prefix="middle-") as scratch:
        old = new_course(Path(scratch) / "old", more="")
        for learner, name in LEARNERS.items():
            hand_in(
                old,
                learner,
                {
                    f"{each.stem}": filled(each.stem, answers(name))
                    for each in (ROOT / "notebooks" / ASSIGNMENT).glob("*.ipynb")
                },
            )
        with tarfile.open(KEPT, "w:xz", preset=9) as archive:
            for path in sorted(
                [*(old / "notebooks").rglob("*"), *(old / "grading/submitted").rglob("*")]
            ):
                name = path.relative_to(old).as_posix().removeprefix("grading/")
                archive.add(path, name, recursive=False, filter=plain)
        found = worth(course_with(Path(scratch) / "new"))
    WORTH.write_text(json.dumps(found, indent=1) + "\n")
    print(f"{KEPT.stat().st_size:,} bytes in {KEPT.name}")


def plain(entry):
    """Nobody's, and of no hour."""
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    main()
