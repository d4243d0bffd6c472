"""Whatever stops grading, what was graded is kept, and a second run does the rest.

Kills at random moments, and a gradebook that cannot be written; `make chaos` kills more often.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys

import pytest

from tests.chaos.never_lost import KINDS, Reference, disturb
from tests.support import small

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are others here")


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return Reference(tmp_path_factory.mktemp("class"))


@pytest.mark.slow
def test_a_kill_at_a_random_moment(reference, tmp_path):
    kind = random.choice(KINDS)  # here, so that all of pytest's workers collect the same tests
    seconds = random.uniform(0, reference.seconds(tmp_path / "timed"))
    print(f"{kind} killed after {seconds} s")
    disturb(reference, tmp_path / "course", kind, seconds)


@pytest.fixture
def small_disk():
    """Mounts 8 MB over a folder, keeping what is in it."""
    mounted = []

    def mount(folder):
        aside = folder.with_name("aside")
        folder.rename(aside)
        folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True
        )
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.decode().strip()}")
        mounted.append(folder)
        subprocess.run(["cp", "-a", f"{aside}/.", str(folder)], check=True)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder):
    """Write until the disk is full; returns the file to delete."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    assert shutil.disk_usage(folder).free == 0
    return path


def stopped(command, words):
    """See that the command ends with one sentence."""
    assert command.process.wait(small.HANGS) == 2, command.said()
    last = command.said().splitlines()[-1]
    assert any(word in last for word in words), command.said()
    assert "Traceback" not in command.said()
    assert command.all_gone()


@pytest.mark.slow
def test_a_full_disk(reference, tmp_path, small_disk):
    course = reference.another(tmp_path / "course")
    small_disk(course / "grading")
    command = small.Command(course, "--workers", "2")
    try:
        command.wait_for("[1/4]")
        filler = fill(course / "grading")
        stopped(command, ["No space left", "cannot be written. Check its permissions and the free"])
        assert not list((course / "grading").rglob(".*.new"))
        filler.unlink()
    finally:
        command.end()
    reference.finish(course)


@pytest.mark.slow
def test_a_gradebook_that_gets_locked(reference, tmp_path):
    course = reference.another(tmp_path / "course")
    command = small.Command(course, "--workers", "2")
    try:
        command.wait_for("[1/4]")
        database = sqlite3.connect(course / "grading/gradebook.db", isolation_level=None)
        database.execute("pragma busy_timeout = 20000")
        database.execute("begin exclusive")
        try:
            stopped(command, ["is locked. Close the program that writes to it"])
        finally:
            database.close()
    finally:
        command.end()
    reference.finish(course)


@pytest.mark.slow
def test_a_gradebook_that_is_read_only(reference, tmp_path, small_disk):
    course = reference.another(tmp_path / "course")
    small_disk(course / "grading")
    remount = ["mount", "-o", "remount,{}", str(course / "grading")]
    subprocess.run([word.format("ro") for word in remount], check=True)
    command = small.Command(course, "--workers", "2")
    try:
        stopped(command, ["cannot be written", "Read-only file system"])
    finally:
        command.end()
        subprocess.run([word.format("rw") for word in remount], check=True)
    assert small.grade(course)[0] == 1
    assert len(small.outcomes(course)) == 4


@pytest.mark.slow
def test_a_second_question_for_a_person_is_not_lost(reference, tmp_path):
    """A kill between the marks and the question: neither is there, and no record of them."""
    course = reference.another(tmp_path / "course")
    assert small.grade(course)[0] == 1
    script = (
        "import os; from autograder.cli.main import main\n"
        "from autograder.gradebook import book\n"
        "book.write_record = lambda *_: os._exit(9)\n"
        "main(['grade', '--force', '--student', 'cleo'])"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script],
        cwd=course, env=small.environment(), capture_output=True, timeout=300,
    )  # fmt: skip
    assert killed.returncode == 9
    assert small.book(course) == reference.book  # marks and question go in together
    reference.finish(course)
