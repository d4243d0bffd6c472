"""A run of all tests fails if there is a message that none of them gets."""

from __future__ import annotations

from functools import cache
from typing import Any

import nbgrader.api
import pytest

from tests.support import met_codes

met_codes.watch()
# nbgrader starts a program to learn this, for seconds, each time that it makes a gradebook.
nbgrader.api.get_alembic_version = cache(nbgrader.api.get_alembic_version)
USUAL_MARKS = "not slow"


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
