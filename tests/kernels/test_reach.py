"""What learners' code can reach: tried from inside real kernels, under four sets of layers.

Kernels are warm, where it does not say `cold`.
"""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from typing import Any

import pytest

from autograder.kernels.layers import Protection
from tests.kernels.people import run_as_nobody
from tests.kernels.probes import HONEST, PROBES, RESOURCES, run_all

ALL = PROBES | RESOURCES
#: As in a container that allows no namespaces.
WITHOUT_NAMESPACES = ("landlock", "user", "seccomp", "rlimits")


def find(kind: str) -> dict[str, Any]:
    if kind == "here":
        return run_all()
    if kind == "cold":
        return run_all(warm=False)
    if kind == "without_namespaces":
        return run_all(WITHOUT_NAMESPACES)
    if kind == "no_layers":
        return run_all(("none",), use_up=False)
    ended = run_as_nobody("-m", "tests.kernels.probes", *(["--cold"] if "cold" in kind else []))
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture(scope="session")
def found(tmp_path_factory, request):
    """What came of the probes under each set of layers: tried once, for all of pytest's workers."""
    fcntl = pytest.importorskip("fcntl")
    base = tmp_path_factory.getbasetemp()
    place = base.parent if hasattr(request.config, "workerinput") else base

    @lru_cache
    def once(kind):
        with (place / f"{kind}.json").open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            text = file.read()
            if not text:
                text = json.dumps(find(kind))
                file.write(text)
            return json.loads(text)

    return once


KINDS = pytest.mark.parametrize(
    "kind", ["here", "cold", "ordinary_user", "cold_ordinary_user", "without_namespaces"]
)


@KINDS
@pytest.mark.parametrize("name", ALL)
def test_it_cannot_be_reached(found, kind, name):
    stopping, _ = ALL[name]
    protection = Protection(found(kind)["reasons"])
    if stopping and not any(map(protection.on, stopping)):
        reasons = {layer: protection.reasons.get(layer, "not tried") for layer in stopping}
        pytest.skip(f"no layer here stops it: {reasons}")
    outcome = found(kind)["probes"][name]
    # Where Linux does not bound the number of root's processes, the watch ends the kernel.
    assert outcome in ("no", "too_many_processes") or "Error" in outcome


@KINDS
@pytest.mark.parametrize("name", HONEST)
def test_honest_code_works(found, kind, name):
    if name == "terminal" and not Protection(found(kind)["reasons"]).on("mounts"):
        pytest.skip("terminals of its own need a view of the files of its own")
    assert found(kind)["honest"][name] == "yes"


@KINDS
@pytest.mark.skipif(sys.platform != "linux", reason="kernels are warm on Linux alone")
def test_kernels_were_started_as_meant(found, kind):
    assert (found(kind)["cold"] == "") == ("cold" not in kind), found(kind)["cold"]


@KINDS
def test_nothing_was_left_outside_scratch(found, kind):
    assert found(kind)["left"] == []


def test_the_probes_are_real(found):
    """Without layers they do reach what they are after; capabilities are given up in any case."""
    reached = {name for name, outcome in found("no_layers")["probes"].items() if outcome == "yes"}
    impossible = {"own_environment", "privileges", "mount"}
    #: Linux itself keeps an ordinary process from these, or root's writing to the installation.
    perhaps = {
        *("environment_of_all_processes", "memory_of_another_process", "ptrace", "io_uring"),
        *(
            "memory_of_the_fork_server",
            "write_in_the_installation",
            "new_user_namespace",
            "solutions_in_the_installation",
        ),
    }
    assert reached | perhaps == PROBES.keys() - impossible | perhaps
    assert found("no_layers")["left"] == ["left.txt"]
