"""Makes `data/`: a small class that was graded by version 0.1, and what its marks were.

    .venv/bin/python -m tests.upgrade.build_class

It was run once, with the code of the commit that added it. Later code is to give the same codes
and points from it, so do not run it again to make a test pass. It writes:

- `class.tar.xz`: the course's `grading/` folder, as commands and nbgrader have left it
- `expected.json`: marks, flags, decisions and who waits for a person
- `calls.json`: the names of ours that learners' notebooks call; see `calls`
- `nbgrader_config_0_1.py`: the settings of that version

The secrets of the fresh draws and the hours are new in each build; nothing else is.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.upgrade import calls
from tests.upgrade.course import (
    ASSIGNMENT,
    CLASS,
    DATA,
    ROOT,
    command,
    decisions,
    gradebook,
    marks,
    new_course,
    run_apart,
)
from tests.upgrade.handed_in import TANH, hand_in_all, hand_in_fay, release_twice

DUE = datetime(2026, 1, 10, 12, tzinfo=UTC)
BY = ("--by", "N. N.")


def main():
    """Build, pack, and write down what is to be expected."""
    with tempfile.TemporaryDirectory(prefix="class-") as scratch:
        course = new_course(Path(scratch) / "course")
        earlier = release_twice(course)
        set_due_date(course)
        hand_in_all(course, earlier)
        grade(course)
        decide(course)
        hand_in_fay(course)
        told = grade(course)  # what was decided for everybody is hers too
        assert grade(course)["graded"] == 0
        DATA.mkdir(exist_ok=True)
        write_json("expected.json", as_expected(course, told))
        write_json("calls.json", calls.of_course(course, *pages()))
        shutil.copy(ROOT / "nbgrader_config.py", DATA / "nbgrader_config_0_1.py")
        refuse_paths(course, scratch)
        pack(course)
    print(f"{CLASS.stat().st_size:,} bytes in {CLASS.name}")


def set_due_date(course):
    """What formgrader's *Manage Assignments* does, before anything has been graded."""
    due = f"--duedate={DUE:%Y-%m-%d %H:%M:%S} UTC"
    code, said, errors = run_apart(course, "nbgrader", "db", "assignment", "add", ASSIGNMENT, due)
    assert code == 0, said + errors


def decide(course):
    """Points by hand of each kind: for one, for all, a void part, confirmed, in formgrader."""
    one = ("decide", "check_tanh_values", "1", "--student", "dan", *BY)
    command(course, *one, "--reason", "The formula is right; exp lacks its torch.")
    everybody = ("decide", "check_moons_loss_optimizer_optimizer", "full", "--all", *BY)
    command(course, *everybody, "--reason", "The text did not name an optimizer.")
    void = ("regrade", "--void", "spirals_plot", *BY)
    command(course, *void, "--reason", "The picture could not be drawn on some machines.")
    same = ("decide", "tanh", "same", "--student", "gus", *BY)
    command(course, *same, "--reason", "Talked it over; the points stand.")
    with gradebook(course) as book:  # as formgrader's handlers do
        found = book.find_grade("check_tanh_stable", TANH, ASSIGNMENT, "ben")
        found.manual_score, found.extra_credit, found.needs_manual_grade = 0.5, 0.25, False
        comment = book.find_comment("tanh", TANH, ASSIGNMENT, "ben")
        comment.manual_comment = "Half a point for the right idea."
        book.db.commit()


def grade(course):
    return json.loads(command(course, "grade", "--json", codes=(0, 1)))


def as_expected(course, told):
    """All that later code has to find."""
    return {
        "due": f"{DUE:%Y-%m-%d %H:%M} UTC",
        "notebooks": told["graded"] + told["graded_before"],
        "learners": {
            each["student"]: {name: each[name] for name in ("score", "max_score", "for_a_person")}
            for each in told["learners"]
        },
        "marks": marks(course),
        "decisions": decisions(course),
    }


def pages():
    """What learners read beside their notebooks."""
    return [path.read_text("utf-8") for path in (ROOT / "README.md", ROOT / "docs/learners.md")]


def write_json(name, content):
    """With one line for each check."""
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    text = re.sub(r"\{\n[^{}\[\]]*\}", lambda found: re.sub(r"\s*\n\s*", " ", found[0]), text)
    assert json.loads(text) == content
    (DATA / name).write_text(text, "utf-8")


def refuse_paths(course, scratch):
    """Nothing that is committed names a folder of the machine that it was made on."""
    own = {scratch, str(ROOT), str(Path.home()), sys.prefix, sys.base_prefix, tempfile.gettempdir()}
    for path in sorted(path for path in (course / "grading").rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        found = [each for each in own if f"{each}/".encode() in content]
        assert not found, (path, found)


def pack(course):
    """The folder as one file, the same from the same content."""

    def plain(entry):
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = int(DUE.timestamp())
        return entry

    with tarfile.open(CLASS, "w:xz", preset=9) as archive:
        for path in sorted((course / "grading").rglob("*")):
            archive.add(path, path.relative_to(course).as_posix(), recursive=False, filter=plain)


if __name__ == "__main__":
    main()
