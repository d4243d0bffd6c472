"""`autograder grade --scheduler` with a real scheduler and real workers, on this machine alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from autograder.cli.main import main
from autograder.course import releases
from tests.chaos.never_lost import Reference
from tests.support import small
from tests.support.classes import NAME, ROOT, hand_in
from tests.support.kept import points, records

pytest.importorskip("distributed", reason="the cluster's tests need Dask: run `make env`")
from autograder.workers import dask_workers

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="Dask's workers are others here")


class Cluster:
    """A scheduler and workers, each a process; addresses are of this machine and chosen by it."""

    def __init__(self, folder):
        self.folder, self._running = folder, []
        words = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
        self.scheduler, log = self._start(*words, "--no-dashboard")
        self.address = self._told(log, r"Scheduler at:\s+(tcp://127.0.0.1:\d+)")

    def worker(self, *more, root=ROOT, threads=1, nanny=False):
        words = ["dask", "worker", self.address, "--host", "127.0.0.1", "--no-dashboard", *more]
        plain = ["--nthreads", str(threads), "--local-directory", str(self.folder)]
        alone = [] if nanny else ["--no-nanny"]
        process, log = self._start(*words, *plain, *alone, root=root)
        self._told(log, r"(Registered to)")
        return process

    def _start(self, *words, root=ROOT):
        log = self.folder / f"log-{len(self._running)}"
        with log.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", *words], cwd=self.folder, stdout=file, stderr=file,
                env=small.environment(PYTHONPATH=str(root)), start_new_session=True,
            )  # fmt: skip
        self._running.append(process)
        return process, log

    def _told(self, log, pattern, seconds=small.HANGS):
        until = time.monotonic() + seconds
        while not (found := re.search(pattern, log.read_text())):
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        return found[1]

    def has_worker(self):
        """Whether a worker that was started is still running."""
        return any(process.poll() is None for process in self._running[1:])

    def end(self):
        for process in self._running:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    yield from running(tmp_path / "cluster")


def running(folder):
    folder.mkdir()
    cluster = Cluster(folder)
    try:
        yield cluster
    finally:
        cluster.end()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A cluster whose worker the next test finds; the last one ends it."""
    yield from running(tmp_path_factory.mktemp("shared") / "cluster")


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return Reference(tmp_path_factory.mktemp("class"), ("ada", "cleo", "eve", "fay"))


def same(course, reference):
    assert small.book(course) == reference.book
    assert small.outcomes(course) == reference.outcomes


def test_results_are_the_same_when_a_worker_is_killed_and_another_joins_late(
    reference, shared, tmp_path
):
    course = reference.another(tmp_path / "course")
    first = shared.worker()
    command = small.Command(course, "--scheduler", shared.address)
    try:
        command.wait_for("[1/4]")
        first.kill()
        shared.worker()
        assert command.wait() == 1, command.said()
    finally:
        command.end()
    assert "Traceback" not in command.said()
    same(course, reference)
    small.whole(course)
    assert not list(shared.folder.rglob("job-*/submitted"))


def test_a_lost_scheduler_is_told_and_what_was_graded_is_kept(reference, shared, tmp_path):
    course = reference.another(tmp_path / "course")
    if not shared.has_worker():
        shared.worker()
    command = small.Command(course, "--scheduler", shared.address)
    try:
        command.wait_for("[1/4]")
        shared.scheduler.kill()
        assert command.process.wait(small.HANGS) == 2, command.said()
        assert command.said().splitlines()[-1] == (
            f"The Dask scheduler at {shared.address} was lost. What was graded is kept; run the "
            "command again for the rest."
        )
        assert "Traceback" not in command.said()
    finally:
        command.end()
    assert small.outcomes(course)
    reference.finish(course)


# Other tests here have workers without a nanny, below which it is harder to start a process.
@pytest.mark.parametrize("nanny", [pytest.param(False, marks=pytest.mark.slow), True])
def test_mending_that_hangs_in_c_is_ended_and_told(nanny, cluster, tmp_path):
    course = small.new_class(
        tmp_path / "course", dict.fromkeys(("ada", "ben", "cleo"), small.ANSWERS["ada"])
    )
    preload = tmp_path / "hangs.py"
    preload.write_text(
        "from autograder.workers import process\n"
        "from tests.support import hanging\n"
        "process.run_job = hanging.run_job\n"
    )
    cluster.worker("--preload", str(preload), nanny=nanny)
    code, said = small.grade(course, "--scheduler", cluster.address)
    assert code == 1, said
    why = f"{NAME}.ipynb could not be graded: it took too long, and was ended."
    assert records(course)["ben"][NAME]["marks"]["error"]["message"] == why
    whole = {each: sum(points(course, each).values()) for each in ("ada", "ben", "cleo")}
    assert whole == {"ada": 5, "ben": 0, "cleo": 5}


def refused(course, monkeypatch, capsys, address):
    monkeypatch.chdir(course)
    assert main(["grade", "--scheduler", address]) == 2
    assert not records(course)
    return capsys.readouterr().err.strip()


def test_workers_of_no_use_get_nothing(cluster, tmp_path, monkeypatch, capsys):
    other = tmp_path / "other"
    for part in ("autograder", "helpers", "solutions", "notebooks"):
        shutil.copytree(ROOT / part, other / part)
    with (other / "autograder/checks/judges/tanh.py").open("a") as file:
        file.write("# another judge\n")
    cluster.worker(root=other)
    cluster.worker(threads=2)
    monkeypatch.setattr(dask_workers, "PATIENCE", 1)
    course = small.new_class(tmp_path / "course", {"ada": small.ANSWERS["ada"]})
    said = refused(course, monkeypatch, capsys, cluster.address).splitlines()
    assert len(said) == 3
    told, last = sorted(said[:2], key=len), said[2]
    assert re.fullmatch(
        r"The worker tcp://127.0.0.1:\d+ gets no notebook: it has 2 threads: start it with "
        "`--nthreads 1`.", told[0],
    )  # fmt: skip
    assert re.fullmatch(
        r"The worker tcp://127.0.0.1:\d+ gets no notebook: it has another version of the "
        "autograder: install the same one there.", told[1],
    )  # fmt: skip
    assert last.startswith("The Dask scheduler has no worker that can be used. The worker ")


def test_no_scheduler(tmp_path, monkeypatch, capsys):
    course = small.new_class(tmp_path / "course", {"ada": small.ANSWERS["ada"]})
    begun = time.monotonic()
    for address in ("tcp://127.0.0.1:9", "nonsense"):
        said = refused(course, monkeypatch, capsys, address)
        assert said == (
            f"No Dask scheduler answers at {address}. Start one with `dask scheduler`, and give "
            "the address that it prints."
        )
    assert time.monotonic() - begun < 60


def test_without_dask(tmp_path, monkeypatch, capsys):
    course = small.new_class(tmp_path / "course", {"ada": small.ANSWERS["ada"]})
    monkeypatch.setitem(sys.modules, "distributed", None)
    for name in ("dask", "dask_workers"):
        monkeypatch.delitem(sys.modules, f"autograder.workers.{name}", raising=False)
    assert refused(course, monkeypatch, capsys, "tcp://127.0.0.1:9") == (
        "distributed is missing: install the tools for a cluster with "
        "pip install 'moons-and-spirals[dask]'"
    )


@pytest.mark.slow
def test_a_worker_knows_earlier_releases_though_it_has_no_file_of_ours(cluster, tmp_path):
    """What was handed in is an older release; nothing but the task tells a worker about that."""
    course = small.new_class(tmp_path / "course", {})
    old = tmp_path / f"{NAME}.ipynb"
    text = (course / "notebooks/classification" / old.name).read_text("utf-8")
    changed = text.replace("Exercise 6", "Exercise 66")
    assert changed != text
    old.write_text(changed, "utf-8")
    releases.keep(course, old)
    hand_in(course, "ada", changed)
    cluster.worker()
    code, said = small.grade(course, "--scheduler", cluster.address)
    assert code == 0, said
    record = small.outcomes(course)["ada"][0]
    assert "older_release" in [note["code"] for note in record["marks"]["mended"]]
    assert record["release"]
