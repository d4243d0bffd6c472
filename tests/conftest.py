"""A run of all tests fails if there is a message that none of them gets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbgrader.api
import pytest

from autograder.running import one_file
from tests.support import here, met_codes

FOLDER = Path(__file__).parent
met_codes.watch()
# nbgrader starts a program to learn this, for seconds, each time that it makes a gradebook.
nbgrader.api.get_alembic_version = cache(nbgrader.api.get_alembic_version)
one_file.WARM = True  # here it is never one alone
here.begin()
USUAL_MARKS = "not slow"
#: Files that take longest, and so come first: at the end all but one worker would wait for them.
LONG = (
    "workers/test_dask.py",
    "browser/test_lab.py",
    "classroom/test_one_alone.py",
    "kernels/test_lifetime.py",
    "browser/test_accessibility.py",
    "workers/test_pool.py",
    "classroom/test_foreign_course.py",
    "running/test_untouched.py",
    "nbgrader_steps/test_formgrader.py",
    "kernels/test_reach.py",
    "attacks/test_attacks.py",
    "running/test_answers.py",
    "kernels/test_warm.py",
    "checks/test_answers.py",
    "docs/test_commands.py",
    "demo/test_demo.py",
    "damage/test_damage_table.py",
    "classroom/test_new_points.py",
    "gradebook/test_rule.py",
    "upgrade/test_old_names.py",
    "running/test_ask.py",
    "running/test_not_here.py",
    "notebooks/test_bare.py",
    "kernels/test_fair.py",
    "checks/test_trials.py",
    "running/test_linear.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {FOLDER / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    """A worker of xdist hands over the codes that its tests have got."""
    met_codes.MET.update(getattr(node, "workeroutput", {}).get("codes", ()))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["codes"] = sorted(met_codes.MET)
    elif exitstatus == pytest.ExitCode.OK and is_whole(config) and met_codes.left():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    whole = is_whole(config) and not terminalreporter.stats.keys() & {"failed", "error"}
    if whole and met_codes.left():
        terminalreporter.section("messages that no test gets from a check", red=True)
        terminalreporter.line("\n".join(met_codes.left()))


def is_whole(config: pytest.Config) -> bool:
    """True if nothing was left out of the run; a part of the tests need not meet every message."""
    chosen = config.option
    few = chosen.keyword or chosen.markexpr != USUAL_MARKS or chosen.deselect or chosen.ignore
    few = few or chosen.collectonly or getattr(chosen, "lf", False)
    return not few and config.args == config.getini("testpaths")


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine stands in Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
