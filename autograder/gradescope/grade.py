"""What `run_autograder` starts at Gradescope: one submission in, `results.json` out.

Whatever happens, the file is there and says in a sentence what was wrong: it is written before
each notebook too, because a machine without time or memory left ends this process.
"""

import hashlib
import json
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.console import say
from autograder.errors import Refused, fault
from autograder.files import write_whole
from autograder.imports import import_nbformat

#: Where a container says how much memory it has, and what this process needs of it.
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_OURS, _LEAST = 500 * 2**20, 600 * 2**20
#: Folders of a submission in which nothing was handed in to be graded.
_NOT_HANDED_IN = ("solutions", "__pycache__", "__MACOSX")


def main(root: Path) -> int:
    """Grade what lies in the folder of a submission; 0 if it could be."""
    target, started = root / "results" / "results.json", time.monotonic()
    try:
        import_nbformat()
        from autograder.gradescope import results

        for found in _grade(root):
            write(target, results.results(*found, seconds=time.monotonic() - started))
        return 0
    except Refused as error:
        why = str(error)
    except Exception as error:
        why = fault("This submission could not be graded: the autograder itself failed", error)
    say(why)
    write(target, {"score": 0, "output": why, "stdout_visibility": "hidden"})
    return 2


def write(target: Path, found: Any) -> None:
    """Write the results whole or not at all."""
    write_whole(target, json.dumps(found, indent=1))


def _grade(root: Path) -> Iterator[tuple[Any, Any]]:
    """Templates, and by notebook what became of it: before the first, and after each."""
    from dataclasses import asdict

    from traitlets.config import Config

    from autograder.course.clone import clone_lessons
    from autograder.course.folders import ASSIGNMENT
    from autograder.course.lessons import own_lessons
    from autograder.gradescope.results import Graded
    from autograder.kernels.layers import in_words
    from autograder.running.evidence import Evidence, judge_hash
    from autograder.running.one_file import marks_of
    from autograder.submissions.folder import submission_of
    from autograder.workers.job import Job, run_job

    source, folder = root / "source", root / "submission"
    settings = json.loads((source / "settings.json").read_text("utf-8"))
    assignment, names = settings["assignment"], settings["notebooks"]
    own = assignment == ASSIGNMENT
    lessons = own_lessons() if own else clone_lessons(source, assignment)
    templates = {name: lessons.templates[name] for name in names}
    graded: dict[str, Graded] = {}
    yield templates, graded
    # One kernel alone is ready sooner, and in less memory, than a process to fork them from.
    config = Config({"Sandbox": {**settings["sandbox"], "warm": False}})
    config.Sandbox.memory = memory_for_code(config.Sandbox.memory)
    paths = list(notebooks_among(folder))
    handed_in = submission_of("", folder, names, {}, source, lessons, paths).notebooks
    for name in names:
        handed = handed_in.get(name)
        if handed is None:
            graded[name] = Graded(why="This notebook was not handed in.")
        elif handed.error is not None:
            graded[name] = Graded(why=str(handed.error))
        else:
            secret = hashlib.sha256(f"{settings['secret']} {handed.sha256}".encode()).hexdigest()
            asked = Evidence(name, handed.sha256, "", judge_hash(), secret[:32], 1, {})
            job = Job("", name, handed.path, handed.sha256, source, config, lessons, asked)
            result = run_job(job)
            if result.error is not None:
                graded[name] = Graded(why=result.error[1])
            else:
                assert result.mended is not None
                marks = marks_of(result.notebook, name, result.mended)
                marks.mended += map(asdict, handed.notes)
                marks.flags += map(asdict, handed.flags)
                graded[name] = Graded(marks, result.evidence)
                say(f"{name}: {result.seconds:.0f} s. {in_words(marks.protection)}")
        yield templates, graded


def memory_for_code(most: int) -> int:
    """Bytes that learners' code may have: with all of a container's, Linux may end us for it."""
    for place in map(Path, _LIMITS):
        with suppress(OSError, ValueError):  # no such limit, or "max"
            most = min(most, max(int(place.read_text("ascii")) - _OURS, _LEAST))
    return most


def notebooks_among(folder: Path) -> Iterator[Path]:
    """The files of a submission that are notebooks, or are called so, wherever they lie."""
    from autograder.submissions.folder import is_notebook

    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if any(part.startswith(".") or part in _NOT_HANDED_IN for part in inside):
            continue
        if path.is_file() and is_notebook(path):
            yield path


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
