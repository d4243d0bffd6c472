"""A few rounds of `fuzz` for CI, and three hours of it for `make slow`."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from autograder.submissions import folder
from tests.chaos.fuzz import one_round
from tests.support.stock import ROOT


def test_whatever_is_handed_in(tmp_path):
    assert one_round(1, tmp_path) == []


def test_the_fuzzer_sees_a_fault_of_ours(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "fitting_template", lambda *_: {}["a fault"])
    assert any("KeyError" in sentence for sentence in one_round(2, tmp_path))


@pytest.mark.slow
def test_three_hours_of_it(tmp_path):
    """`FUZZ_MINUTES=10 make slow` is quicker."""
    minutes = os.environ.get("FUZZ_MINUTES", "180")
    command = [sys.executable, "-m", "tests.chaos.fuzz", "--minutes", minutes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
