"""A class of tiny notebooks, the command as a process of its own, and all that it leaves."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import psutil

from autograder.cli.main import main
from autograder.running import evidence
from tests.attacks.attack import QUICK, Attack
from tests.support.classes import NAME, ROOT, hand_in, new_course
from tests.support.kept import records

_RIGHT = QUICK["tanh"]
#: Seconds that nothing takes but what hangs, on a machine however slow and busy.
HANGS = 300
#: Answers whose marks and flags differ.
ANSWERS = {
    "ada": _RIGHT,
    "ben": "def tanh(x):\n    return x",
    "cleo": "def tanh(x):\n    return torch.tanh(x)",
    "dan": "def tanh(x):\n    up, down = torch.exp(x), torch.exp(-x)\n"
    "    return (up - down) / (up + down)",
    "eve": _RIGHT + "\nimport pathlib\nprint(pathlib.Path('data.csv').read_text())",
    "fay": "import os\nos._exit(3)",
}


def notebook(answer, before=""):
    """A released 02_tanh without its lesson cells, and with an answer."""
    learner = Attack("a", "honest", "-", answers={"tanh": answer}, before=before, lost=())
    return learner.handed_in({})


def new_class(folder, answers=ANSWERS):
    """A course in which everybody has handed in; returns its folder."""
    course = new_course(folder)
    for learner, answer in answers.items():
        hand_in(course, learner, notebook(answer))
    if "eve" in answers:
        hand_in(course, "eve", "1,2", "data.csv")
        hand_in(course, "eve", "2026-01-01 00:00:00 UTC", "timestamp.txt")
    return course


def environment(**more):
    """For the command and for workers of a cluster."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    plain = {"PATH": path, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return {**os.environ, **plain, **more}


class Command:
    """`autograder grade`, running.

    The folder for temporary files tells its processes: fork server and kernels have it in their
    environment too.
    """

    def __init__(self, course, *arguments):
        self.temp = Path(tempfile.mkdtemp(prefix="t-"))
        self.temp.chmod(0o755)
        self.log = (course / f"log-{self.temp.name}").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "autograder.cli", "grade", *arguments],
            cwd=course, env=environment(TMPDIR=str(self.temp)), start_new_session=True,
            stdout=self.log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def said(self):
        return Path(self.log.name).read_text()

    def wait(self, seconds=HANGS):
        """The exit code."""
        try:
            return self.process.wait(seconds)
        finally:
            self.end()

    def wait_for(self, text, seconds=HANGS):
        until = time.monotonic() + seconds
        while text not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.02)

    def end(self):
        """Whatever happens, leave nothing behind."""
        for each in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        self.log.close()
        shutil.rmtree(self.temp, ignore_errors=True)

    def all_gone(self, seconds=90):
        """Whether none of its processes is left, or will be long before a class is graded."""
        until = time.monotonic() + seconds
        while self.processes() and time.monotonic() < until:
            time.sleep(0.1)
        return not self.processes()

    def processes(self):
        """All its processes that are alive."""
        return [each for each in psutil.process_iter() if self._is_own(each)]

    def of_kind(self, kind):
        """Its processes of one kind: grader, worker, fork server, parent (of the workers)."""
        with contextlib.suppress(psutil.NoSuchProcess):
            grader = psutil.Process(self.process.pid)
            if kind == "grader":
                return [grader]
            program = "autograder.kernels" if kind == "fork server" else "multiprocessing"
            parents = [
                each for each in grader.children() if f"{program}.forkserver" in _words(each)
            ]
            if kind == "worker":
                return [worker for parent in parents for worker in parent.children()]
            return parents
        return []

    def _is_own(self, process):
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            return any(str(self.temp) in value for value in process.environ().values())
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            return False


def _words(process):
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def run(course, *arguments):
    """Give a command in a course; returns exit code, what it printed, what it complained of.

    It runs in this process: kernels are forked from what earlier tests have warmed up.
    """
    said, errors = io.StringIO(), io.StringIO()
    with contextlib.chdir(course), redirect_stdout(said), redirect_stderr(errors):
        try:
            code = main(arguments)
        except SystemExit as refused:  # by argparse
            code = refused.code
    return code, said.getvalue(), errors.getvalue()


def grade(course, *arguments):
    """Grade a class, one notebook after the other; returns exit code and all that was said."""
    code, said, errors = run(course, "grade", "--workers", "1", *arguments)
    return code, said + errors


#: The columns of nbgrader's tables that do not change from run to run.
_QUERY = """
select student.id, student.lms_user_id, notebook.name, base_cell.name, grade.auto_score,
    grade.manual_score, grade.extra_credit, grade.needs_manual_grade,
    submitted_notebook.late_submission_penalty, submitted_assignment.timestamp
from grade
join base_cell on grade.cell_id = base_cell.id
join submitted_notebook on grade.notebook_id = submitted_notebook.id
join notebook on submitted_notebook.notebook_id = notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join student on submitted_assignment.student_id = student.id
order by 1, 3, 4
"""
_COMMENTS = """
select submitted_assignment.student_id, base_cell.name, comment.auto_comment, comment.manual_comment
from comment
join base_cell on comment.cell_id = base_cell.id
join submitted_notebook on comment.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
order by 1, 2
"""
_TABLES = "select name from sqlite_master where type = 'table' order by 1"


def book(course):
    """All that a gradebook says, without ids: those are chance."""
    database = sqlite3.connect(course / "grading/gradebook.db")
    try:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        sizes = {
            table: database.execute(f"select count(*) from {table}").fetchone()[0]
            for (table,) in database.execute(_TABLES)
        }
        cells = "select name, source, checksum from source_cell order by 1"
        points = "select name, max_score from grade_cells join base_cell using (id) order by 1"
        version = "select version_num from alembic_version"
        queries = (_QUERY, _COMMENTS, cells, points, version)
        return sizes, *(database.execute(query).fetchall() for query in queries)
    finally:
        database.close()


def outcomes(course):
    """By learner: the record without its hour, and what the kept evidence gives."""
    found = {}
    for learner, (record,) in ((each, books.values()) for each, books in records(course).items()):
        del record["graded"], record["seconds"]
        for cell in record["marks"]["cells"]:
            del cell["message"]  # it may name one of the fresh draws
        record["files"] = dict(sorted(record["files"].items()))
        kept = evidence.read(evidence.path_of(course, learner, "classification", NAME))
        assert kept is not None
        verdicts = {check: verdict.code for check, verdict in evidence.rejudge(kept).items()}
        found[learner] = (record, verdicts, kept.submission, kept.judge)
    return found


def whole(course):
    """See that every file that grading has written can be read, and fits the gradebook."""
    marks = {(row[0], row[3]): row[4] for row in book(course)[1]}
    for learner, books in records(course).items():
        for name, record in books.items():
            for cell in record["marks"]["cells"]:
                assert marks[learner, cell["grade_id"]] == cell["score"]
            graded = course / "grading/autograded" / learner / "classification"
            assert (graded / f"{name}.ipynb").is_file()
    for path in (course / "grading/autograded").rglob("[!.]*.ipynb"):
        json.loads(path.read_text("utf-8"))
    for path in (course / "grading/evidence").rglob("[!.]*.gz"):
        assert evidence.read(path) is not None
