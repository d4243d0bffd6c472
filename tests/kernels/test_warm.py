"""The fork server: what its kernels have of their own, and what happens when one side dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from traitlets.config import Config

from autograder.kernels import warm
from autograder.kernels.session import Kernel
from tests.support.small import HANGS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are warm on Linux alone")

ROOT = Path(__file__).parents[2]


def shown(run):
    return "".join(output.text for output in run.outputs if output.output_type == "stream")


def server_of(kernel):
    return psutil.Process(kernel.process.pid).parent()


def ended(one, seconds=HANGS):
    """Whether a process is gone, its entry too; a zombie is not."""
    until = time.monotonic() + seconds
    while one.is_running() and time.monotonic() < until:
        time.sleep(0.02)
    return not one.is_running()


@pytest.fixture
def own_server(monkeypatch):
    """A server that no other test uses; it starts with the first kernel."""
    monkeypatch.setattr(warm, "_server", None)
    yield
    if warm._server is not None:
        warm._server.close()


def test_kernels_share_no_chance():
    cell = (
        "import multiprocessing, random, numpy as np, torch, sympy.core.random as s, tempfile\n"
        "print(random.random(), np.random.rand(), torch.rand(1).item(), torch.initial_seed(),\n"
        "    s.rng.random(), multiprocessing.current_process().authkey.hex(), sep='\\n')\n"
        "print(np.random.default_rng().random(), next(tempfile._get_candidate_names()), sep='\\n')"
    )
    found = []
    for _ in range(2):
        with Kernel() as kernel:
            assert kernel.cold == ""
            found.append(shown(kernel.run(cell)).split())
    assert len(found[0]) == 8
    assert not set(found[0]) & set(found[1])


def test_nothing_of_the_server_is_left_in_a_kernel():
    """Neither its modules, folder and environment, nor a descriptor, nor what started this one."""
    cell = (
        "import gc, os, re, sys\n"
        "home = os.getcwd().split('/')[-2]\n"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in ('autograder', 'helpers')))\n"
        "texts = [v for m in list(sys.modules.values()) for v in vars(m).values()\n"
        "    if type(v) in (str, list)] + [sys.path, sys.argv, list(os.environ.items())]\n"
        "print({n for t in texts for n in re.findall('moons-[a-z0-9_]{8}', repr(t))} - {home})\n"
        "frame, names = sys._getframe(), []\n"
        "while frame := frame.f_back: names.append(frame.f_code.co_qualname)\n"
        "print([n for n in names if n in ('start', '_confined', '_stay_first', '_guarded')])\n"
        "print([l for l in map(os.path.basename, os.listdir('/proc/self/fd')) if l == '3'\n"
        "    and 'pipe' in os.readlink('/proc/self/fd/3')])\n"
        "print('matplotlib_inline' in sys.modules, gc.isenabled())"
    ).replace("co_qualname", "co_name")
    with Kernel() as kernel:
        assert kernel.cold == ""
        assert shown(kernel.run(cell)) == "[]\nset()\n[]\n[]\nFalse True\n"


def test_many_kernels_leave_no_zombie(own_server):
    for _ in range(3):
        with Kernel() as kernel:
            server, launcher = server_of(kernel), psutil.Process(kernel.process.pid)
            kernel.run("import subprocess; subprocess.Popen(['sleep', '60'])")
        assert ended(launcher, 2)
    assert server.children(recursive=True) == []
    assert server.num_threads() == 1


def test_a_server_that_is_killed_costs_no_kernel(own_server):
    with Kernel() as first:
        server = server_of(first)
        server.kill()
        with Kernel() as second:
            assert second.cold
            assert shown(second.run("print(2)")) == "2\n"
        assert shown(first.run("print(1)")) == "1\n", "what it has forked goes on"
        launcher = psutil.Process(first.process.pid)
    assert ended(launcher)
    with Kernel() as third:
        assert third.cold == "", "there is a new server"
        assert server_of(third) != server


def test_a_server_that_cannot_start_is_tried_once(own_server, monkeypatch):
    monkeypatch.setattr(warm, "_broken", "")
    monkeypatch.setattr(warm, "_PROGRAM", "raise SystemExit('no luck')")
    for _ in range(2):
        with Kernel() as kernel:
            assert kernel.cold == "no luck"
            assert shown(kernel.run("print(1)")) == "1\n"
    assert warm._server is None


def test_servers_that_are_killed_at_once_are_tried_three_times(own_server, monkeypatch):
    monkeypatch.setattr(warm, "_broken", "")
    monkeypatch.setattr(warm, "_killed", 0)
    monkeypatch.setattr(warm, "_PROGRAM", "import os; os.kill(os.getpid(), 9)")
    with Path(os.devnull).open("wb") as log:
        for _ in range(warm._TRIES):
            assert warm._broken == ""
            with pytest.raises(warm.Cold, match="the fork server"):
                warm.fork(log.fileno(), log.fileno())
    assert warm._broken


def test_no_server_is_started_where_the_settings_say_so(own_server):
    config = Config()
    config.Sandbox.warm = False
    with Kernel(config) as kernel:
        assert kernel.cold == "the settings say so"
    assert warm._server is None


def test_everything_ends_when_the_grader_is_killed():
    program = (
        "from autograder.kernels.session import Kernel; import psutil, time\n"
        "with Kernel() as k:\n"
        "    assert k.cold == ''; launcher = psutil.Process(k.process.pid)\n"
        "    mine = [launcher.parent(), launcher, *launcher.children(recursive=True)]\n"
        "    print(*(p.pid for p in mine), flush=True); time.sleep(60)"
    )
    grader = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    family = [psutil.Process(int(word)) for word in grader.stdout.readline().split()]
    assert len(family) >= 3
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    until = time.monotonic() + 10
    while alive := [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]:
        assert time.monotonic() < until, alive
        time.sleep(0.05)


def test_another_process_can_use_the_same_server():
    with Kernel() as kernel:
        server = server_of(kernel)
    program = (
        "import socket, sys, psutil\n"
        "from autograder.kernels import warm\n"
        "from autograder.kernels.session import Kernel\n"
        "warm.use(socket.socket(fileno=int(sys.argv[1])))\n"
        "for _ in range(2):\n"
        "    with Kernel() as k: print(k.cold, psutil.Process(k.process.pid).ppid())"
    )
    control = warm.control().fileno()
    two = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(control)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=(control,),
        )
        for _ in range(2)
    ]
    for one in two:
        assert one.communicate(timeout=120)[0].split() == [str(server.pid)] * 2
    with Kernel() as kernel:
        assert server_of(kernel) == server, "it goes on for the process that started it"


def test_a_kernel_that_ends_itself_runs_what_was_registered_for_its_end():
    # Into the log itself: what goes to standard output is passed on by a thread, which ends too.
    log = "sys.stdout._original_stdstream_copy"
    with Kernel() as kernel:
        kernel.run(f"import atexit, os, sys; atexit.register(os.write, {log}, b'the end')")
        kernel.run("exit()")
        assert ended(psutil.Process(kernel.process.pid))
        assert kernel.process.scratch.last_line().endswith("the end")


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="this is no virtual environment")
def test_an_environment_may_be_reached_through_a_link(tmp_path):
    """Python then looks for its libraries along the link, which kernels must see too."""
    link = tmp_path / "elsewhere" / "env"
    link.parent.mkdir()
    link.symlink_to(sys.prefix)
    program = "from autograder.kernels.session import Kernel\nwith Kernel() as k:\n    k.run('1')"
    done = subprocess.run(
        [link / "bin" / Path(sys.executable).name, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
