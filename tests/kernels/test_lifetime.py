"""Kernels that die, hang, flood, fill the memory or leave something behind; all of it bounded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

import psutil
import pytest
from traitlets.config import Config

from autograder.kernels import files, process
from autograder.kernels.errors import CannotRun
from autograder.kernels.limits import MIB
from autograder.kernels.session import Kernel
from tests.kernels.people import run_as_nobody
from tests.support.small import HANGS

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


def kernel(**limits):
    config = Config()
    for name, value in limits.items():
        setattr(config.Sandbox, name, value)
    return Kernel(config)


def shown(run):
    return "".join(output.text for output in run.outputs if output.output_type == "stream")


def errors(run):
    return [output.ename for output in run.outputs if output.output_type == "error"]


def alive(mark):
    """Processes with a word in their arguments."""
    found = []
    for one in psutil.process_iter(["cmdline", "status"]):
        words = one.info["cmdline"] or []
        if one.info["status"] != psutil.STATUS_ZOMBIE and any(mark in word for word in words):
            found.append(one)
    return found


def gone(mark, seconds=HANGS):
    until = time.monotonic() + seconds
    while alive(mark) and time.monotonic() < until:
        time.sleep(0.1)
    return not alive(mark)


@pytest.fixture
def place(monkeypatch):
    """A folder for scratch folders in which no other test makes any; its path is short."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


DAEMON = """
import os, subprocess, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(900)", "MARK"])
    os._exit(0)
os.wait()
subprocess.run(["sleep", "0.3"])
print("left")
"""


def test_a_kernel_that_ends_itself_is_named():
    with kernel() as k:
        assert shown(k.run("print('before')")) == "before\n"
        run = k.run("print('last words', flush=True); import os; os._exit(0)")
        assert (run.stopped, k.dead) == ("kernel_died", "kernel_died")
        after = k.run("print('after')")
        assert (after.outputs, after.stopped) == ([], "kernel_died")


def test_an_endless_loop_costs_one_cell():
    with kernel(cell_seconds=1) as k:
        run = k.run("print('in it')\nwhile True: pass")
        assert (run.stopped, shown(run), errors(run)) == (
            "cell_timeout",
            "in it\n",
            ["KeyboardInterrupt"],
        )
        assert not k.dead
        assert shown(k.run("print('next')")) == "next\n"


def test_a_cell_that_misses_the_first_interrupt_gets_another():
    with kernel(cell_seconds=1) as k:
        loop = "while True: pass"
        run = k.run(f"try:\n    {loop}\nexcept KeyboardInterrupt:\n    {loop}")
        assert run.stopped == "cell_timeout"
        assert not k.dead
        assert shown(k.run("print('next')")) == "next\n"


def test_a_cell_that_ignores_the_interrupt_ends_the_kernel(monkeypatch):
    monkeypatch.setattr("autograder.kernels.session._GRACE_SECONDS", 1)
    with kernel(cell_seconds=1) as k:
        before = time.monotonic()
        run = k.run(
            "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(900)"
        )
        assert (run.stopped, k.dead) == ("cell_timeout", "cell_timeout")
        assert time.monotonic() - before < 15


#: Loses one message of a kind, the one after as many as it is told, as the kernel does when an
#: interrupt comes late and meets the kernel's own code.
LOSE = """
session = get_ipython().kernel.session
send, left = session.send, [AFTER]
def lose(stream, kind, content=None, *args, **options):
    if WHICH:
        left[0] -= 1
        if left[0] < 0:
            session.send = send
            return
    return send(stream, kind, content, *args, **options)
session.send = lose
"""
REPLY = "kind == 'execute_reply'"
IDLE = "kind == 'status' and content['execution_state'] == 'idle'"


@pytest.mark.parametrize("which", [REPLY, IDLE], ids=["reply", "idle"])
@pytest.mark.parametrize("after", [1, 2], ids=["the cell's", "the flush's"])
def test_a_kernel_lives_that_loses_a_message_when_it_is_interrupted(monkeypatch, which, after):
    monkeypatch.setattr("autograder.kernels.session._GRACE_SECONDS", 4)
    with kernel(cell_seconds=1) as k:
        # The first that it sends is for this very cell.
        k.run(LOSE.replace("AFTER", str(after)).replace("WHICH", which))
        assert k.run("while True: pass").stopped == "cell_timeout"
        assert not k.dead
        assert shown(k.run("print('next')")) == "next\n"


#: Says that its cell is over, and then answers for ever, but never to what was asked.
FLOOD = """
session = get_ipython().kernel.session
send, kept = session.send, []
def flood(stream, kind, content=None, parent=None, ident=None, **options):
    if kind == "execute_reply":
        kept[:] = [stream, kind, content, {}, ident]
        return
    sent = send(stream, kind, content, parent, ident, **options)
    while kept and kind == "status" and content["execution_state"] == "idle":
        send(*kept)
    return sent
session.send = flood
"""


def test_answers_to_nothing_that_was_asked_do_not_hold_the_grader(monkeypatch):
    monkeypatch.setattr("autograder.kernels.session._GRACE_SECONDS", 1)
    with kernel(cell_seconds=1, notebook_seconds=3) as k:
        held = threading.Timer(60, k.process.end)
        held.start()
        k.run(FLOOD)
        assert held.is_alive(), "it was held until the kernel's end"
        held.cancel()
        assert k.dead


def test_an_interrupt_that_comes_late_does_not_meet_the_next_cell():
    with kernel(cell_seconds=1) as k:
        interrupt = k.process.interrupt
        k.process.interrupt = lambda: (interrupt(), threading.Timer(0.03, interrupt).start())
        for _ in range(3):
            assert k.run("while True: pass").stopped == "cell_timeout"
            run = k.run("import time; time.sleep(0.2); print('next')")
            assert (shown(run), run.stopped, k.dead) == ("next\n", "", "")


def test_the_notebook_has_a_deadline_of_its_own(monkeypatch):
    monkeypatch.setattr("autograder.kernels.session._GRACE_SECONDS", 1)
    with kernel(notebook_seconds=2) as k:
        runs = [k.run("import time; time.sleep(0.9)") for _ in range(5)]
        assert [run.stopped for run in runs[:2]] == ["", ""]
        assert runs[-1].stopped == k.dead == "notebook_timeout"


def test_a_flood_of_text_is_cut_and_later_cells_still_speak():
    with kernel(output=MIB) as k:
        run = k.run("while True: print('x' * 1000)")
        assert run.stopped == "too_much_output"
        assert len(shown(run)) <= MIB
        assert not k.dead
        assert shown(k.run("print('next')")) == "next\n"


def test_a_flood_of_displays_is_cut():
    with kernel(output=MIB) as k:
        run = k.run("from IPython.display import HTML\nwhile True: display(HTML('x' * 9999))")
        assert run.stopped == "too_much_output"
        assert sum(len(o["data"]["text/html"]) for o in run.outputs if "data" in o) <= MIB


def test_one_message_that_is_too_large_does_not_reach_the_grader(monkeypatch):
    # A kernel that makes such a message hears no interrupt meanwhile, however slow the machine.
    monkeypatch.setattr("autograder.kernels.session._GRACE_SECONDS", HANGS)
    with kernel(output=MIB) as k:
        before = psutil.Process().memory_info().rss
        run = k.run("from IPython.display import HTML; display(HTML('x' * 300_000_000))")
        assert sum(len(o["data"]["text/html"]) for o in run.outputs if "data" in o) == 0
        assert psutil.Process().memory_info().rss - before < 100 * MIB
        assert run.stopped == "too_much_output"
        assert not k.dead
        assert shown(k.run("print('next')")) == "next\n"


def test_an_error_that_is_too_large_does_not_either():
    with kernel(output=MIB) as k:
        run = k.run("raise ValueError('x' * 50_000_000)")
        assert run.stopped == "too_much_output"
        assert shown(k.run("print('next')")) == "next\n"


def test_an_error_that_is_not_shown_counts_all_the_same():
    with kernel() as k:
        run = k.run("get_ipython().showtraceback = lambda *a, **k: None\n1 / 0")
        assert errors(run) == ["ZeroDivisionError"]


def test_progress_bars_do_not_pile_up():
    with kernel() as k:
        run = k.run(
            "from IPython.display import clear_output\n"
            "for n in range(5):\n    clear_output(wait=True)\n    print(n)"
        )
        assert shown(run) == "4\n"


@posix
def test_memory_of_all_processes_together_is_bounded():
    with kernel(memory=700 * MIB, cell_seconds=30) as k:
        run = k.run(
            "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n"
            "        x = b'x' * 200_000_000; time.sleep(20); os._exit(0)\ntime.sleep(20)"
        )
        assert run.stopped == k.dead == "too_much_memory"


@posix
def test_scratch_is_bounded_where_the_file_system_has_no_limit(monkeypatch):
    monkeypatch.setattr(process, "WANTED", ("landlock", "rlimits"))
    with kernel(disk=30 * MIB) as k:
        run = k.run(
            "import time\nfor n in range(9): open(str(n), 'wb').write(bytes(10**7))\ntime.sleep(9)"
        )
        assert run.stopped == "too_much_disk"


@posix
@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("wanted", [process.WANTED, ("landlock", "rlimits", "seccomp")])
def test_nothing_outlives_its_kernel(wanted, warm, monkeypatch, place):
    monkeypatch.setattr(process, "WANTED", wanted)
    mark = f"moons-{uuid.uuid4()}"
    with kernel(warm=warm) as k:
        assert len(list(place.iterdir())) == 1
        assert shown(k.run(DAEMON.replace("MARK", mark))) == "left\n"
        assert alive(mark), "it is there while the kernel is"
    assert gone(mark, 0)
    assert not list(place.iterdir())


@posix
def test_a_daemon_ends_when_the_kernel_ends_itself():
    mark = f"moons-{uuid.uuid4()}"
    with kernel() as k:
        k.run(DAEMON.replace("MARK", mark))
        k.run("os._exit(1)")
        assert k.dead
        assert gone(mark)


def test_nothing_is_left_when_the_grader_fails(place):
    def fail():
        with kernel() as k:
            k.run("open('a.txt', 'w').write('x')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not list(place.iterdir())


@posix
def test_nothing_is_left_when_the_grader_is_killed():
    mark = f"moons-{uuid.uuid4()}"
    program = (
        "from autograder.kernels.session import Kernel; import time\n"
        "with Kernel() as k:\n"
        f"    k.run({DAEMON.replace('MARK', mark)!r})\n"
        "    print(k.process.scratch.root, flush=True); time.sleep(900)"
    )
    grader = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    root = Path(grader.stdout.readline().strip())
    assert root.is_dir()
    assert alive(mark)
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    assert gone(mark)
    until = time.monotonic() + 5
    while root.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not root.exists()


def test_a_kernel_that_cannot_start_says_why(monkeypatch, place):
    real = files.environment
    monkeypatch.setattr(
        files, "environment", lambda *places: real(*places) | {"PYTHONHOME": "/nowhere"}
    )
    with pytest.raises(CannotRun, match="the kernel did not start: "), kernel(warm=False):
        pass
    assert not list(place.iterdir())


def test_a_program_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(process, "_COMMAND", ["/nowhere/python"])
    with pytest.raises(CannotRun, match="/nowhere/python"), kernel(warm=False):
        pass


@posix
def test_where_there_is_no_linux_it_runs_with_what_there_is(monkeypatch):
    """As on macOS: the launcher is told that this is no Linux."""
    program = "from autograder.kernels import linux, launch; linux.LINUX = False; launch.main()"
    monkeypatch.setattr(process, "_LAUNCHER", ["-S", "-P", "-c", program])
    mark = f"moons-{uuid.uuid4()}"
    with kernel(cell_seconds=2, warm=False) as k:
        assert k.protection.layers == ["rlimits", "watch", "encryption"]
        assert k.protection.level == "none"
        assert k.protection.reasons["landlock"] == "needs Linux"
        assert errors(k.run("open('x', 'wb').write(bytes(60_000_000))")) == ["OSError"]
        assert k.run("while True: pass").stopped == "cell_timeout"
        k.run(
            "import subprocess, sys\n"
            f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(900)', {mark!r}])"
        )
        assert alive(mark)
    assert gone(mark)


def test_nothing_outlives_its_kernel_for_an_ordinary_user_either():
    chosen = "outlives and kernel0 or outlives and wanted or daemon or when_the_grader or loop"
    ended = run_as_nobody(
        *("-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", __file__),
        *("-k", f"({chosen}) and not ordinary"),
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "skipped" not in ended.stdout
