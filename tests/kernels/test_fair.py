"""What one kernel starts takes little from the others, and their load costs nobody a timeout."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest
from traitlets.config import Config

from autograder.kernels.session import Kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's priorities")
#: All that is busy here shares one core, so that the others' time is not burnt too.
CORE = {max(os.sched_getaffinity(0))} if hasattr(os, "sched_getaffinity") else set()
#: They begin when all are there and the cell is over, which they would keep from its end.
SPIN = """
import os, time
ready, go = os.pipe()
for _ in range(50):
    if os.fork() == 0:
        {apart}
        os.close(go)
        os.read(ready, 1)
        time.sleep(1)
        until = time.monotonic() + {seconds}
        while time.monotonic() < until: pass
        os._exit(0)
os.close(go)
"""
WORK = """
import time
begun, used = time.monotonic(), time.process_time()
sum(n * n for n in range({count}))
print(time.monotonic() - begun, time.process_time() - used)
"""


@contextmanager
def kernel(**limits):
    with Kernel(Config(Sandbox=limits)) as k:
        for process in psutil.Process(k.process.pid).children(recursive=True):
            for thread in process.threads():
                os.sched_setaffinity(thread.id, CORE)
        yield k


def shown(run):
    return "".join(output.text for output in run.outputs if output.output_type == "stream")


def slowed(k, count=3_000_000):
    """How many times its own time a kernel's work takes."""
    wall, own = map(float, shown(k.run(WORK.format(count=count))).split())
    return wall / own


@pytest.mark.parametrize("apart", ["pass", "os.setsid()"], ids=["together", "sessions"])
def test_fifty_processes_of_one_kernel_take_as_much_as_a_few(apart):
    with kernel(cell_seconds=60) as noisy, kernel(cell_seconds=60) as quiet:
        alone = slowed(quiet)
        noisy.run(SPIN.format(seconds=60, apart=apart))
        time.sleep(2.5)  # until they have begun, and it has been looked at
        beside = slowed(quiet)
    # Fifty equal processes on its core would make it 51 times slower.
    assert beside < 12 * alone, (alone, beside)


def test_a_busy_machine_costs_no_timeout():
    spin = [sys.executable, "-c", "import time; t = time.time()\nwhile time.time() < t + 60: pass"]
    with kernel(cell_seconds=3, notebook_seconds=20) as k:
        others = [subprocess.Popen(spin, start_new_session=True) for _ in range(5)]
        try:
            for each in others:
                os.sched_setaffinity(each.pid, CORE)
            work = "import time\nwhile time.process_time() < begun + 1: pass\nprint('done')"
            begun = time.monotonic()
            run = k.run(f"import time\nbegun = time.process_time()\n{work}")
            took = time.monotonic() - begun
        finally:
            for each in others:
                each.kill()
                each.wait()
        assert (run.stopped, shown(run)) == ("", "done\n")
        assert took > 3, "it was not busy"


def test_a_cell_that_only_waits_has_no_more_time():
    with kernel(cell_seconds=2) as k:
        begun = time.monotonic()
        assert k.run("import time; time.sleep(60)").stopped == "cell_timeout"
        assert time.monotonic() - begun < 30
