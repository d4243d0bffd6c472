"""Evidence is kept: a mark can be worked out again from a file, without running anything."""

import gzip
import json
import stat

import nbformat
import pytest

from autograder.course.folders import masters
from autograder.running import evidence
from autograder.running.marks import read_marks
from autograder.running.notebook import run_notebook

WRONG = "# Exercise 6\ndef tanh(x):\n    return torch.exp(x) - torch.exp(-x)"
BLANK = "# Exercise 6\ndef tanh(x):\n    # YOUR CODE HERE\n    pass"


@pytest.mark.parametrize("answer", [None, WRONG, BLANK], ids=["right", "wrong", "blank"])
def test_judging_again_gives_the_marks_of_the_run(answer, tmp_path):
    notebook = nbformat.from_dict(masters()["02_tanh"])
    notebook.cells = [c for c in notebook.cells if c.id in ("setup", "imports") or "tanh" in c.id]
    for cell in notebook.cells:
        if cell.id == "tanh" and answer:
            cell.source = answer
    path, kept = evidence.path_of(tmp_path, "ada", "classification", "02_tanh"), []

    def keep(checks):
        judge = evidence.judge_hash()
        kept.append(evidence.Evidence("02_tanh", "a" * 64, "", judge, "3e7", 1, checks))

    run_notebook(notebook, secret=0x3E7, on_evidence=keep)
    evidence.write(path, kept[0])
    assert evidence.read(path) == kept[0]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    marks = read_marks(notebook, "02_tanh")
    assert {c.grade_id: c.code for c in marks.cells} == {
        check: verdict.code for check, verdict in evidence.rejudge(kept[0]).items()
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no gzip",
        gzip.compress(b"no json"),
        gzip.compress(b"[]"),
        gzip.compress(b"{}"),
        gzip.compress(json.dumps({"notebook": "x"}).encode()),
    ],
    ids=["empty", "no gzip", "no JSON", "a list", "nothing in it", "too little in it"],
)
def test_a_file_that_is_none_counts_as_not_there(content, tmp_path):
    path = tmp_path / "e.json.gz"
    assert evidence.read(path) is None
    path.write_bytes(content)
    assert evidence.read(path) is None


def test_the_judges_hash_is_that_of_their_sources(monkeypatch):
    first = evidence.judge_hash()
    assert len(first) == 64
    evidence.judge_hash.cache_clear()
    assert evidence.judge_hash() == first
