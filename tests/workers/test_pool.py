"""Workers that die, Ctrl-C and `kill -9`: nothing is lost, and nothing is left running."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter

import pytest
from traitlets.config import Config

from autograder.course.lessons import own_lessons
from autograder.kernels import warm
from autograder.workers import pool, process
from autograder.workers.job import Job, Result
from tests.support import small

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are others here")


def act(job):
    """In a worker: what a file's name says, instead of grading it."""
    with (job.folder / "begun").open("a") as file:
        file.write(f"{job.name}\n")
    once = job.folder / "died"
    if job.name == "deadly" or (job.name == "unlucky" and not once.exists()):
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.3)
    return Result(error=("seen", job.name))


@pytest.fixture
def examined(tmp_path, monkeypatch):
    """Runs jobs of given names with two workers; returns what was found and begun, by name."""

    def no_kernels():
        raise warm.Cold("not needed")

    monkeypatch.setattr(process, "run_job", act)
    monkeypatch.setattr(warm, "control", no_kernels)

    def run(*names):
        jobs = [
            Job("ada", name, tmp_path / f"{name}.ipynb", "", tmp_path, Config(), own_lessons())
            for name in names
        ]
        done = [pair for some in pool.run_jobs(jobs, 2) for pair in some]
        found = [(job.name, each.error) for job, each in done]
        assert len(found) == len(names)
        return dict(found), Counter((tmp_path / "begun").read_text().split())

    return run


def test_a_worker_that_is_killed_costs_nothing(examined):
    names = ("a", "unlucky", "b", "c")
    found, begun = examined(*names)
    assert found == {name: ("seen", name) for name in names}
    assert begun["unlucky"] == 2


def test_a_job_that_kills_is_told_after_three_times_and_takes_nobody_with_it(examined):
    # The others are slower than the death, so that each is with it in a worker at some time.
    names = ("a", "deadly", "b", "c")
    found, begun = examined(*names)
    code, words = found.pop("deadly")
    assert code == "internal"
    assert words == "deadly.ipynb could not be graded: each worker that tried it has died."
    assert found == {name: ("seen", name) for name in names if name != "deadly"}
    assert begun["deadly"] == 3


@pytest.fixture
def command(tmp_path):
    """Two workers on a class of which one notebook is graded, and many are not."""
    answers = {f"learner{n}": small.ANSWERS["ada"] for n in range(24)}
    command = small.Command(small.new_class(tmp_path / "course", answers), "--workers", "2")
    try:
        command.wait_for("[1/24]")
        assert len(command.of_kind("worker")) == 2
        assert len(command.of_kind("fork server")) == 1
        yield command
    finally:
        command.end()


def test_ctrl_c_ends_everything_at_once(command):
    os.killpg(command.process.pid, signal.SIGINT)
    assert command.process.wait(small.HANGS) == 130
    assert command.all_gone()
    assert "[24/24]" not in command.said(), "it waits for nobody"
    assert command.said().splitlines()[-1] == "stopped"
    assert "Traceback" not in command.said()


def test_nothing_outlives_a_killed_grader(command):
    assert len(command.processes()) > 3
    command.process.kill()
    assert command.process.wait(small.HANGS) == -signal.SIGKILL
    assert command.all_gone(), command.processes()
