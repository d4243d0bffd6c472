"""What holds a worker in C, or waits for ever, is ended and told, and costs the others nothing."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from traitlets.config import Config

from autograder.course.lessons import own_lessons
from autograder.workers import process
from autograder.workers.job import Job
from tests.support import hanging, here

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are others here")


@pytest.fixture
def examined(tmp_path, monkeypatch):
    """Runs jobs of given names; returns what was found and begun, by name."""
    monkeypatch.setattr(process, "run_job", hanging.act)

    def run(*names, workers, forked=False):
        config = Config(Sandbox={"warm": forked})
        jobs = [
            Job("ada", name, tmp_path / f"{name}.ipynb", "", tmp_path, config, own_lessons())
            for name in names
        ]
        done = [pair for some in here.run_jobs(jobs, workers) for pair in some]
        assert len(done) == len(names)
        found = {job.name: each.error for job, each in done}
        return found, Counter((tmp_path / "begun").read_text().split())

    return run


def told(name):
    return "internal", f"{name}.ipynb could not be graded: it took too long, and was ended."


@pytest.mark.parametrize("workers", [1, 2])
def test_a_loop_in_c_is_ended_and_told_once(workers, examined):
    names = ("a", "turns", "b", "c")
    found, begun = examined(*names, workers=workers)
    assert found.pop("turns") == told("turns")
    assert found == {name: ("seen", name) for name in "abc"}
    assert begun == dict.fromkeys(names, 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_so_is_what_only_waits(workers, examined, monkeypatch):
    monkeypatch.setattr(process, "seconds", lambda job: 3 if job.name == "sleeps" else 300)
    names = ("a", "sleeps", "b")
    found, begun = examined(*names, workers=workers)
    assert found.pop("sleeps") == told("sleeps")
    assert found == {name: ("seen", name) for name in "ab"}
    assert begun == dict.fromkeys(names, 1)


def test_a_job_has_far_more_time_than_a_busy_machine_needs(tmp_path):
    job = Job("ada", "a", tmp_path, "", tmp_path, Config(), own_lessons())
    assert process.seconds(job) >= 3600


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing ends a kernel so")
@pytest.mark.parametrize("forked", [True, False], ids=["warm", "cold"])
def test_its_kernel_does_not_outlive_it(forked, examined, tmp_path):
    found, _ = examined("kernel", workers=1, forked=forked)
    assert found == {"kernel": told("kernel")}
    pids, root = (tmp_path / "kernel").read_text().splitlines()
    until = time.monotonic() + 60
    left = [int(pid) for pid in pids.split()]
    assert len(left) > 1
    while (any(map(alive, left)) or Path(root).exists()) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(alive, left))
    assert not Path(root).exists()


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
