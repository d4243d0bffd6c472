"""A course beside a grading folder of version 0.1: unpacked, commanded, and read.

What is read here is what has to stay the same: codes, points, flags, decisions. A change of where
they lie is made here, and nowhere else in these tests.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from nbgrader.api import Gradebook

from tests.support import kept, small

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "data"
#: The whole `grading/` folder, as `build_class` has left it.
CLASS = DATA / "class.tar.xz"
ASSIGNMENT = "classification"
#: What that class has in its settings beside the course's own.
LATE = """
c.AssignLatePenalties.plugin_class = "autograder.late.LatePolicy"
c.LatePolicy.percent_a_day = 10
"""


def expected():
    """Marks, flags and decisions of the class, as version 0.1 gave them."""
    return json.loads((DATA / "expected.json").read_text("utf-8"))


def new_course(folder, config=ROOT / "nbgrader_config.py", more=LATE):
    """Solutions, released notebooks and settings of this checkout; returns the folder.

    Args:
        folder: to make it in.
        config: other settings than this checkout's.
        more: settings that a course has added to them.
    """
    for part in ("solutions", "notebooks"):
        (folder / part / ASSIGNMENT).mkdir(parents=True)
        for path in (ROOT / part / ASSIGNMENT).glob("*.ipynb"):
            shutil.copy(path, folder / part / ASSIGNMENT)
    text = Path(config).read_text("utf-8")
    (folder / "nbgrader_config.py").write_text(text + more, "utf-8")
    return folder


def old_class(folder, **options):
    """The same with the class in it; options as of `new_course`."""
    course = new_course(folder, **options)
    with tarfile.open(CLASS) as archive:
        archive.extractall(course, filter="data")
    return course


def run_apart(course, module, *arguments):
    """Give a command in a process of its own, with its own log; returns exit code, output, errors.

    Args:
        course: its folder.
        module: of the command: "nbgrader", or "autograder.cli".
        arguments: of the command.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    home = course.parent / "home"  # nobody's own settings
    home.mkdir(exist_ok=True)
    own = {"PATH": path, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=course, env={**os.environ, **own}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def command(course, *arguments, codes=(0,)):
    """Run `autograder`, which has to end well; returns what it printed."""
    code, said, errors = small.run(course, *arguments)
    assert code in codes, f"{arguments}: {code}\n{said}\n{errors}"
    return said


def gradebook(course):
    """The open gradebook, nbgrader's own."""
    return Gradebook(f"sqlite:///{course / 'grading/gradebook.db'}", "moons-and-spirals")


def records(course):
    """What is on record, by learner and notebook: in the gradebook, or in files of version 0.1."""
    found = kept.records(course)
    if not found:
        for path in sorted((course / "grading/records").glob(f"*/{ASSIGNMENT}/*.json")):
            record = json.loads(path.read_text("utf-8"))
            found.setdefault(path.parents[1].name, {})[path.stem] = record
    return {
        student: {name: record["marks"] for name, record in own.items()}
        for student, own in found.items()
    }


def forget(course, student):
    """Take a learner's records of version 0.1 away, before they are taken over; points stay."""
    shutil.rmtree(course / "grading/records" / student)


def evidence(course):
    """What every mark rests on, by its place: all but who judged it."""
    found = {}
    for path in sorted((course / "grading/evidence").rglob("*.json.gz")):
        kept = json.loads(gzip.decompress(path.read_bytes()))
        del kept["judge"]
        found[path.relative_to(course).as_posix()] = kept
    return found


def decisions(course):
    """What persons have decided by command, the oldest first; see `decided`."""
    found = [
        {"student": student, "check": check, "points": points, "by": by, "reason": reason}
        for student, check, _, points, by, reason in kept.decisions(course)
    ]
    if not found:
        path = course / "grading/decisions" / f"{ASSIGNMENT}.jsonl"
        found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return decided(found)


def decided(lines):
    """Decisions without hours, and without what followed for one learner from one about all.

    Version 0.1 put that on record as well; later code puts on record what was typed in formgrader.
    """
    plain = [tuple(line[key] for key in ("student", "check", "points", "by", "reason"))
             for line in lines]  # fmt: skip
    standing = {line[1:] for line in plain if line[0] == "*"}
    return [
        line
        for line in plain
        if line[3] != "formgrader" and (line[0] == "*" or line[1:] not in standing)
    ]


def marks(course):
    """By learner and notebook: codes from the records, points from the gradebook."""
    found, on_record = {}, records(course)
    with gradebook(course) as book:
        for submission in book.assignment_submissions(ASSIGNMENT):
            student = submission.student.id
            found[student] = {
                each.name: _notebook(each, on_record.get(student, {}).get(each.name))
                for each in sorted(submission.notebooks, key=lambda each: each.name)
            }
    return dict(sorted(found.items()))


def _notebook(entered, record):
    """One notebook of one learner; what is not on record has no codes."""
    cells = {cell["grade_id"]: cell for cell in (record or {}).get("cells", [])}
    return {
        "on_record": record is not None,
        "error": record["error"]["code"] if record and record["error"] else None,
        "flags": sorted(flag["code"] for flag in record["flags"]) if record else [],
        "mended": sorted(note["code"] for note in record["mended"]) if record else [],
        "late_penalty": entered.late_submission_penalty or 0.0,
        "checks": {
            grade.name: {
                "code": cells.get(grade.name, {}).get("code"),
                "outcome": cells.get(grade.name, {}).get("outcome"),
                "automatic": grade.auto_score,
                "by_hand": grade.manual_score,
                "extra_credit": grade.extra_credit,
                "points": grade.score,
                "max": grade.max_score,
                "needs_manual_grade": grade.needs_manual_grade,
            }
            for grade in sorted(entered.grades, key=lambda grade: grade.name)
        },
    }
