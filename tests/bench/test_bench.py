"""The benchmark's own tools measure what they say. The benchmark itself is `make bench`."""

import subprocess
import sys

import pytest

from tests.bench import classes
from tests.bench.measure import measure, spread
from tests.bench.profile import profile
from tests.bench.recipes import RECIPES, from_given_seed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measured on Linux alone")
BUSY = "import time\nwhile time.process_time() < 0.5:\n    pass"
#: Starts a process whose parent is gone, and waits for it by a pipe.
ORPHAN = f"""import os
end, other = os.pipe()
if os.fork():
    os.close(other), os.wait(), os.read(end, 1), os._exit(0)
if os.fork():
    os._exit(0)
{BUSY}
"""


@pytest.mark.parametrize("source", [BUSY, ORPHAN], ids=["child", "orphan"])
def test_time_counts_whoever_spends_it(source):
    used = measure(lambda: subprocess.run([sys.executable, "-c", source], check=True))
    assert used.cpu > 0.4


def test_memory_is_that_of_the_processes_below():
    hold = "import time\nheld = b'x' * 200_000_000\ntime.sleep(2.5)"
    used = measure(lambda: subprocess.run([sys.executable, "-c", hold], check=True))
    assert 200 < used.peak_mb < 260


def test_the_floor_is_less_without_illustrations(tmp_path):
    course = classes.our_course(tmp_path / "course", classes.class_of(1))
    (path,) = (course / "grading/submitted").rglob("02_tanh.ipynb")
    ((_, cpu, of_cells_run),) = classes.floor_of(path, bare=True).values()
    assert 0 < of_cells_run < cpu


def test_a_profile_adds_up(tmp_path):
    learners = {name: {"02_tanh": each["02_tanh"]} for name, each in classes.class_of(1).items()}
    found = profile(classes.our_course(tmp_path / "course", learners))
    assert found["kernel: learner's cells"] > 0
    assert found["gradebook"] > 0
    assert -0.01 < found["rest"] < 2
    marks = classes.marks_in(tmp_path / "course/grading/gradebook.db")
    assert sum(marks.values()) == 5


def test_a_spread_tells_the_middle_and_both_ends():
    assert spread([3, 1, 2]) == "2.00 (1.00 to 3.00)"


@pytest.mark.slow
@pytest.mark.parametrize("recipe", [each for each in RECIPES if each.given], ids=str)
def test_a_given_seed_fails_no_recipe_that_people_use(recipe):
    found = from_given_seed(recipe)
    assert all(passed for passed, _ in found.values()), found
