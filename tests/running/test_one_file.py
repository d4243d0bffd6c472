"""`autograder check`, used as a person or a program would: exit codes, table, JSON, reasons."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.cli.main import main
from tests.support import damage
from tests.support.classes import FULL, WITHOUT_STABLE
from tests.support.released import path_of, read

ROOT = Path(__file__).parents[2]
KEYS = {"notebook", "score", "max_score", "cells", "flags", "mended", "protection", "error"}
CELL_KEYS = {"grade_id", "part", "score", "max_score", "outcome", "message", "code"}
EXPS = "    up, down = torch.exp(x), torch.exp(-x)\n    return (up - down) / (up + down)"


def released(name="02_tanh"):
    return read("notebooks", name)


def fill(notebook, **answers):
    for cell in notebook.cells:
        if cell.id in answers:
            cell.source = cell.source.replace("    # YOUR CODE HERE\n    pass", answers[cell.id])
    return notebook


def run_json(path, capsys):
    code = main(["check", str(path), "--json"])
    captured = capsys.readouterr()
    assert captured.err == ""
    return code, json.loads(captured.out)


def test_a_solution_under_any_name_earns_full_marks(tmp_path, capsys):
    path = tmp_path / "Copy of my homework (1).ipynb"
    shutil.copy(ROOT / "solutions/classification/02_tanh.ipynb", path)
    before = path.read_bytes()
    code, result = run_json(path, capsys)
    assert code == 0
    assert set(result) == KEYS
    assert all(set(cell) == CELL_KEYS for cell in result["cells"])
    assert (result["notebook"], result["score"], result["max_score"]) == ("02_tanh", FULL, FULL)
    assert {cell["outcome"] for cell in result["cells"]} == {"correct"}
    assert result["error"] is None
    assert path.read_bytes() == before


def test_a_filled_notebook_gets_its_points_and_reasons(tmp_path, capsys):
    path = tmp_path / "02_tanh.ipynb"
    nbformat.write(fill(released(), tanh=EXPS), path)
    code, result = run_json(path, capsys)
    assert code == 1
    assert (result["score"], result["max_score"]) == (WITHOUT_STABLE, FULL)
    (last,) = (cell for cell in result["cells"] if cell["grade_id"] == "check_tanh_stable")
    assert (last["outcome"], last["code"], last["part"]) == ("not_yet", "tanh_overflow", "tanh")
    assert "is not finite" in last["message"]
    assert result["mended"] == []


def test_a_saved_pass_that_we_do_not_find_is_for_a_person(tmp_path, capsys):
    notebook = released()
    line = "Correct - exercise 6, write tanh (1 of 1 point): Right."
    for cell in notebook.cells:
        if cell.id in ("check_tanh_values", "check_tanh_pure"):
            cell.outputs = [nbformat.v4.new_output("display_data", {"text/plain": line})]
    path = tmp_path / "n.ipynb"
    nbformat.write(notebook, path)
    code, result = run_json(path, capsys)
    assert (code, result["score"]) == (1, 0)
    assert [(f["code"], f["part"]) for f in result["flags"]] == [("claim_differs", "tanh")] * 2
    assert "as correct; our own run found: not started" in result["flags"][0]["message"]


def test_a_released_notebook_is_not_started(tmp_path, capsys):
    code = main(["check", str(path_of("notebooks", "02_tanh"))])
    captured = capsys.readouterr()
    assert code == 1
    assert f"0 of {FULL} points" in captured.out
    assert captured.out.count("not started") == 4
    assert captured.err == ""


def test_edited_and_deleted_checks_are_put_back(tmp_path, capsys):
    notebook = fill(released(), tanh="    return torch.tanh(x)")
    notebook.cells = [c for c in notebook.cells if c.id != "check_tanh_pure"]
    for cell in notebook.cells:
        if cell.id == "check_tanh_stable":
            cell.source = "print('Correct')"
            cell.metadata.tags = ["skip-execution"]
        if cell.id == "check_tanh_gradient":
            cell.metadata.nbgrader.points = 100
    path = tmp_path / "n.ipynb"
    nbformat.write(notebook, path)
    code, result = run_json(path, capsys)
    assert code == 1
    assert [cell["score"] for cell in result["cells"]] == [0] * len(result["cells"])
    assert result["max_score"] == FULL
    assert [flag["code"] for flag in result["flags"]] == ["tanh_library"]
    assert [(note["code"], note["part"]) for note in result["mended"]] == [
        ("check_missing", "tanh"),
        ("check_changed", "tanh"),
    ]
    assert "check_tanh_pure was missing" in result["mended"][0]["message"]


DAMAGED = [
    (damage.strip_all, {"marks_missing"}, set()),
    (damage.answers_to_markdown, {"answer_changed_type"}, {"answer_changed_type"}),
    (damage.merge_all_code, {"cut_apart", "given_merged", "text_missing", "marks_missing"}, set()),
    (damage.split_in_statements, {"joined"}, {"joined"}),
    (damage.add_tags, {"tags"}, set()),
    (damage.reverse, set(), {"moved_code"}),
]


@pytest.mark.parametrize(
    ("change", "mended", "flags"), DAMAGED, ids=[case[0].__name__ for case in DAMAGED]
)
def test_a_damaged_notebook_earns_what_the_whole_one_earns(change, mended, flags, tmp_path, capsys):
    notebook = damage.filled("02_tanh")
    change(notebook)
    path = tmp_path / "Copy of 02_tanh (1).ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    before = path.read_bytes(), path.stat().st_mtime_ns
    code, result = run_json(path, capsys)
    assert (code, result["score"], result["error"]) == (0, FULL, None)
    assert {note["code"] for note in result["mended"]} == mended
    assert {flag["code"] for flag in result["flags"]} == flags
    assert all(set(note) == {"code", "part", "message"} for note in result["mended"])
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_mends_and_flags_are_printed(tmp_path, capsys):
    notebook = damage.released("02_tanh")
    notebook["cells"].append(damage.code("def tanh(x):\n    return x"))
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    assert main(["check", str(path)]) == 1
    printed = " ".join(capsys.readouterr().out.split())
    assert "Mended: Cells without nbgrader's marks were found by what they hold: tanh." in printed
    assert "For a person: tanh: The code of tanh runs in another order" in printed


def test_extra_cells_run_in_their_place(tmp_path, capsys):
    notebook = fill(released(), tanh="    return own_quotient(x)")
    helper = nbformat.v4.new_code_cell("def own_quotient(x):\n" + EXPS)
    where = [cell.id for cell in notebook.cells].index("tanh")
    notebook.cells.insert(where, helper)
    path = tmp_path / "n.ipynb"
    nbformat.write(notebook, path)
    _, result = run_json(path, capsys)
    assert result["score"] == 4


def test_colabs_round_trip_is_understood(tmp_path, capsys):
    notebook = json.loads(nbformat.writes(fill(released(), tanh=EXPS)))
    notebook["nbformat_minor"] = 0
    notebook["metadata"]["colab"] = {"provenance": []}
    for cell in notebook["cells"]:
        cell["metadata"]["id"] = cell.pop("id")
        if cell["cell_type"] == "code":
            cell["metadata"]["colab"] = {"base_uri": "https://localhost:8080/"}
            cell["metadata"]["outputId"] = "0a1b"
    path = tmp_path / "Copy of 02_tanh.ipynb"
    path.write_text(json.dumps(notebook))
    _, result = run_json(path, capsys)
    assert result["score"] == 4
    assert result["mended"] == []


def other_notebook():
    return nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]))


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (None, "missing", "There is no file"),
        ("", "empty", "Save the notebook again"),
        ("hello", "not_a_notebook", "Download it again"),
        ("{}", "not_a_notebook", "Download it again"),
        ("[1, 2]", "not_a_notebook", "Download it again"),
        ("<html>Sign in</html>", "html_page", "Download the notebook itself"),
        ('{"cells": [{"cell_type": "co', "truncated", "only a part of a notebook"),
        ("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n", "git_conflict", "Choose one side"),
        (b"\x89PNG\r\n\xff\xfe", "not_text", "not a text file"),
        (other_notebook(), "not_ours", "no exercise of this course"),
    ],
)
def test_what_cannot_be_graded_is_named(tmp_path, capsys, content, code, words):
    path = tmp_path / "file.ipynb"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    exit_code, result = run_json(path, capsys)
    assert exit_code == 2
    assert set(result) == KEYS
    assert result["error"]["code"] == code
    assert words in result["error"]["message"]
    assert result["cells"] == []
    assert main(["check", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1


def test_a_folder_is_named(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err


def test_a_crash_in_an_answer_costs_its_part_alone(tmp_path, capsys):
    notebook = released()
    for cell in notebook.cells:
        if cell.id == "tanh":
            cell.source += "\n1 / 0"
    path = tmp_path / "n.ipynb"
    nbformat.write(notebook, path)
    code, result = run_json(path, capsys)
    assert code == 1
    assert {cell["outcome"] for cell in result["cells"]} <= {"raised", "not_started", "not_yet"}
    assert result["error"] is None


def test_a_dead_kernel_costs_what_had_not_run(tmp_path, capsys):
    path = tmp_path / "n.ipynb"
    nbformat.write(fill(released(), tanh="    import os\n\n    os._exit(1)"), path)
    code, result = run_json(path, capsys)
    assert code == 1
    assert result["error"] is None
    assert result["score"] == 0
    assert {(cell["outcome"], cell["code"]) for cell in result["cells"]} == {
        ("raised", "kernel_died")
    }
    assert "Python itself ended in a check of exercise 6" in result["cells"][0]["message"]


def test_the_result_says_what_protected_the_run(tmp_path, capsys):
    path = tmp_path / "n.ipynb"
    nbformat.write(released(), path)
    _, result = run_json(path, capsys)
    protection = result["protection"]
    assert set(protection) == {"sandbox", "layers", "missing", "open"}
    assert protection["sandbox"] in ("full", "partial", "none")
    assert "encryption" in protection["layers"]
    assert not set(protection["layers"]) & set(protection["missing"])
    main(["check", str(path)])
    assert f"Protection: {protection['sandbox']}" in capsys.readouterr().out


def test_nothing_is_graded_without_what_is_demanded(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("autograder.kernels.process.WANTED", ("rlimits",))
    path = tmp_path / "n.ipynb"
    nbformat.write(released(), path)
    assert main(["check", str(path), "--json", "--require", "landlock"]) == 2
    captured = capsys.readouterr()
    assert captured.err == ""
    result = json.loads(captured.out)
    assert result["error"]["code"] == "protection"
    assert "'landlock', which this machine lacks" in result["error"]["message"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.Sandbox.require = ['full']\n")
    assert main(["check", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "demand full protection" in captured.err


def test_weak_protection_is_said_at_the_start(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("autograder.kernels.process.WANTED", ("rlimits",))
    path = tmp_path / "n.ipynb"
    nbformat.write(released(), path)
    assert main(["check", str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("Protection: none")
    assert "Protection: none" in captured.out
