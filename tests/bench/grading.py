"""How fast grading is, beside stock nbgrader, in one run: `make bench`.

Rounds alternate: nbgrader autograde on a third of the class, `autograder grade` on all of it with 1
worker and with 2, and the floor (see `floor`). All figures are for one submission, which is all
three notebooks. Then 20 submissions and 200, one notebook checked, what learners feel, and a
profile. The table is printed; the figures go to build/bench.json.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import classes
from tests.bench.feel import feel
from tests.bench.measure import Usage, measure, spread
from tests.bench.profile import profile

ROOT = Path(__file__).parents[2]
#: What is wanted of a figure: at least, or at most.
BARS = {
    "wall_ratio_2": (">=", 10.0),
    "cpu_over_floor": ("<=", 1.6),
    "peak_pss_mb_2": ("<=", 1200.0),
    "per_submission_200_over_20": ("<=", 1.1),
    "check_over_bare": ("<=", 1.5),
    "marks_that_differ": ("<=", 0.0),
}


def main() -> int:
    """Measure, print, write; the exit code is 1 if a bar is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").strip())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--learners", type=int, default=30, help="a multiple of the rounds")
    parser.add_argument("--many", type=int, default=200, help="the large class; 0 leaves it out")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        _rounds(Path(folder), options.rounds, options.learners, found)
        if options.many:
            _many(Path(folder), options.many, found)
        _check(Path(folder), found)
        _say("What learners wait for")
        for name, seconds in feel().items():
            found[name] = seconds
            print(f"  {name.replace('_', ' '):28}{seconds:8.3f} s")
        _say("Where the time goes: wall seconds a submission, one worker, warm")
        course = classes.our_course(Path(folder) / "profiled", classes.class_of(4))
        for step, seconds in profile(course).items():
            print(f"  {step:28}{seconds:8.3f}")
    return _conclude(found)


def _rounds(folder: Path, rounds: int, count: int, found: dict[str, float]) -> None:
    learners = classes.class_of(count)
    names = list(learners)
    stock = classes.stock_class(folder / "stock")
    ours = classes.our_course(folder / "ours", learners)
    used: dict[str, list[Usage]] = {"stock": [], "ours, 1 worker": [], "ours, 2 workers": []}
    floors: list[tuple[float, float, float]] = []
    for number in range(rounds):
        part = names[number::rounds]

        def add(kind: str, call: Callable[[], object], of: int, n: int = number) -> None:
            usage = measure(call)
            used[kind].append(Usage(usage.wall / of, usage.cpu / of, usage.peak_mb))
            _say(f"round {n + 1} of {rounds}: {kind}: {usage.wall / of:.2f} s a submission")

        add("stock", classes.grade_stock(stock, learners, part), len(part))
        for workers, kind in ((1, "ours, 1 worker"), (2, "ours, 2 workers")):
            add(kind, classes.grade_here(ours, workers), count)
        three = classes.floor_of(stock / "submitted").values()
        floors.append(tuple(sum(each) / len(part) for each in zip(*three, strict=True)))
    _table(used, floors)
    wall = {kind: [each.wall for each in all_of] for kind, all_of in used.items()}
    for workers in (1, 2):
        kind = f"ours, {workers} worker{'s' * (workers > 1)}"
        ratios = [one / other for one, other in zip(wall["stock"], wall[kind], strict=True)]
        found[f"wall_ratio_{workers}"] = statistics.median(ratios)
        print(f"  stock over {kind}, wall: {spread(ratios)}")
    for name, place in (("cpu_over_floor", 1), ("cpu_over_cells_run", 2)):
        pairs = zip(used["ours, 2 workers"], floors, strict=True)
        ratios = [usage.cpu / floor[place] for usage, floor in pairs]
        found[name] = statistics.median(ratios)
        print(f"  {name.replace('_', ' ')}, 2 workers: {spread(ratios)}")
    found["peak_pss_mb_2"] = statistics.median(each.peak_mb for each in used["ours, 2 workers"])
    theirs = classes.marks_in(stock / "gradebook.db")
    mine = classes.marks_in(ours / "grading/gradebook.db")
    differ = sorted(key for key in theirs.keys() | mine.keys() if theirs.get(key) != mine.get(key))
    found["marks_compared"], found["marks_that_differ"] = len(theirs), len(differ)
    for key in differ:
        print(f"  other marks: {key}: stock {theirs.get(key)}, ours {mine.get(key)}")


def _table(used: dict[str, list[Usage]], floors: list[tuple[float, float, float]]) -> None:
    print(f"\n{'for one submission':22}{'wall s':>24}{'CPU s':>24}{'peak PSS MB':>14}")
    for kind, all_of in used.items():
        wall, cpu = [each.wall for each in all_of], [each.cpu for each in all_of]
        peak = statistics.median(each.peak_mb for each in all_of)
        print(f"{kind:22}{spread(wall):>24}{spread(cpu):>24}{peak:14.0f}")
    for name, place in (("floor", 1), ("floor of cells run", 2)):
        print(f"{name:22}{'':24}{spread([each[place] for each in floors]):>24}")


def _many(folder: Path, many: int, found: dict[str, float]) -> None:
    each, peaks = [], []
    for count in (20, many):
        course = classes.our_course(folder / f"of-{count}", classes.class_of(count))
        usage = measure(classes.grade_here(course, 2))
        each.append(usage.wall / count)
        peaks.append(usage.peak_mb)
        _say(f"{count} submissions, 2 workers: {each[-1]:.2f} s each, {peaks[-1]:.0f} MB at most")
    found["per_submission_200_over_20"] = each[1] / each[0]
    found["peak_pss_200_over_20"] = peaks[1] / peaks[0]


def _check(folder: Path, found: dict[str, float]) -> None:
    """`autograder check` against Python, the imports and the cells alone."""
    course = classes.our_course(folder / "one", classes.class_of(1))
    path = course / "grading/submitted/learner-000/classification/01_moons.ipynb"
    ratios = []
    for _ in range(5):
        started = time.perf_counter()
        classes.floor_of(path, bare=True)
        bare = time.perf_counter() - started
        started = time.perf_counter()
        classes.check_file(path)
        ratios.append((time.perf_counter() - started) / bare)
    found["check_over_bare"] = statistics.median(ratios)
    _say(f"autograder check over the bare run, 01_moons: {spread(ratios)}")


def _conclude(found: dict[str, float]) -> int:
    missed = []
    for name, (sign, bar) in BARS.items():
        if name in found:
            good = found[name] >= bar if sign == ">=" else found[name] <= bar
            missed += [] if good else [name]
            print(f"{name:28}{found[name]:9.2f}  bar {sign} {bar:g}  {'' if good else 'MISSED'}")
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    _say(f"Written: {target.relative_to(ROOT)}")
    return 1 if missed else 0


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
