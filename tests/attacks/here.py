"""The whole class in one run of `autograder grade`, and what it left behind."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.running.evidence import path_of
from tests.attacks.attack import Attack, checks_of
from tests.attacks.classroom import (
    CLASSMATE,
    VARIABLE,
    Classroom,
    enter_secret,
    new_classroom,
)
from tests.attacks.results import Findings, Result
from tests.support.classes import ROOT, hashes
from tests.support.kept import points, records

#: Short limits keep the attacks that hang cheap; an honest cell of this class takes 3 seconds.
SETTINGS = (
    "c.Sandbox.cell_seconds, c.Sandbox.notebook_seconds = 20, 60\nc.Sandbox.require = ['full']\n"
)
_COMMAND = "import sys; from autograder.cli.main import main; sys.exit(main(['grade']))"
#: What grading writes in a course, and matplotlib's list of fonts in a home folder.
_MAY_CHANGE = (
    "course/grading/gradebook.db",
    "course/grading/autograded/",
    "course/grading/evidence/",
    "home/.cache/matplotlib/",
)


class GradingFailed(Exception):  # noqa: N818 - a finding, not a fault of ours
    """The command itself gave up; the message holds its last words."""


def grade_here(
    folder: Path,
    learners: Sequence[Attack],
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Findings:
    """Grade a class.

    Args:
        folder: an empty one.
        learners: attackers and honest ones.
        on_progress: is called with the notebooks graded and the notebooks in all.

    Raises:
        GradingFailed: the command ended with something else than marks.
    """
    with new_classroom(folder, learners, settings=SETTINGS) as room:
        enter_secret(room)  # in an empty gradebook: the command enters the course itself
        before, started = _files(room), time.monotonic()
        _run(room, lambda: on_progress(_graded(room), len(learners) + 1))
        seconds = time.monotonic() - started
        after = _files(room)
        changed = sorted(k for k in before | after if before.get(k) != after.get(k))
        changed += [str(path) for path in room.temp.iterdir()]
        found = Findings(
            {each.name: _result(room, each) for each in learners},
            changed, room.left_behind(), list(room.server.visits), seconds,
        )  # fmt: skip
    return found


def _run(room: Classroom, tick: Callable[[], None]) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    environment = {
        **kept, "HOME": str(room.home), "TMPDIR": str(room.temp), "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1",
        VARIABLE: room.tokens["environment"],
    }  # fmt: skip
    said = room.folder.parent / "said.txt"
    with said.open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "-c", _COMMAND],
            cwd=room.folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            while running.poll() is None:
                time.sleep(0.5)
                tick()
        finally:
            if running.poll() is None:
                running.kill()
                running.wait()
    if running.returncode not in (0, 1):
        raise GradingFailed(f"autograder grade gave up: {said.read_text()[-1000:]}")


def _graded(room: Classroom) -> int:
    return sum(map(len, records(room.folder).values()))


def _files(room: Classroom) -> dict[str, object]:
    """All files that grading has to leave alone, by path."""
    found = {
        f"{folder.name}/{path}": facts
        for folder in (room.folder, room.outside, room.home)
        for path, facts in hashes(folder).items()
    }
    return {path: facts for path, facts in found.items() if not path.startswith(_MAY_CHANGE)}


def _result(room: Classroom, learner: Attack) -> Result:
    record = records(room.folder).get(learner.name, {}).get(learner.notebook)
    if record is None:
        return Result(lost="no record")
    scores = points(room.folder, learner.name)
    own = {check: scores[check] for check in sorted(checks_of(learner.notebook))}
    flags = sorted({flag["code"] for flag in record["marks"]["flags"]})
    error = record["marks"]["error"]
    graded = room.folder / "grading/autograded" / learner.name / "classification"
    texts = [json.dumps(record), (graded / f"{learner.notebook}.ipynb").read_text("utf-8")]
    evidence = path_of(room.folder, learner.name, "classification", learner.notebook)
    if evidence.is_file():
        texts.append(gzip.decompress(evidence.read_bytes()).decode())
    # What a classmate wrote is no secret from that classmate.
    seen = [] if learner.name == CLASSMATE else room.seen_in("\n".join(texts))
    return Result(own, flags=[*flags, *([error["code"]] if error else [])], seen=seen)
