"""Every kind of damage is mended and told: the code that runs is that of the whole notebook."""

from __future__ import annotations

import json
from functools import lru_cache

import nbformat
import pytest

from autograder.course.cell_text import heading
from autograder.course.folders import masters
from autograder.course.lessons import own_lessons
from autograder.course.releases import current
from autograder.mending.mend import Mended, mend
from autograder.submissions.identify import fitting_template
from autograder.submissions.read import read_cells
from tests.support import damage
from tests.support.damage import DAMAGE, NAMES


def mended(notebook, tmp_path) -> Mended:
    path = tmp_path / "Copy of my work (1).ipynb"
    content = json.dumps(notebook).encode()
    path.write_bytes(content)
    submitted = read_cells(path)
    template, _ = fitting_template(submitted, path.name, None, own_lessons())
    result = mend(submitted, template)
    assert path.read_bytes() == content
    return result


def running(notebook) -> list[str]:
    """The code that runs, without the check cells."""
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    return [c.source.strip() for c in cells if not c.metadata.get("nbgrader", {}).get("grade")]


def codes(notes) -> set[str]:
    return {note.code for note in notes}


@lru_cache
def undamaged(name, folder) -> list[str]:
    return running(mended(damage.filled(name), folder).notebook)


def answer(name, key) -> str:
    notebook = damage.filled(name)
    return damage.text(notebook["cells"][damage.find(notebook, key)])


def put(notebook, key, source, **changes) -> None:
    """Write something into a solution cell."""
    notebook["cells"][damage.find(notebook, key)] |= {"source": [source], **changes}


def insert(notebook, key, source, offset=1) -> None:
    """Add a cell of the learner's own below (or, with 0, above) a cell."""
    notebook["cells"].insert(damage.find(notebook, key) + offset, damage.code(source))


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_notebook_runs_as_it_is(name, tmp_path):
    notebook = damage.filled(name)
    result = mended(notebook, tmp_path)
    own = [c for c in notebook["cells"] if c["cell_type"] == "code" and not damage.is_check(c)]
    assert running(result.notebook) == [damage.text(cell).strip() for cell in own]
    assert (result.mended, result.flags) == ([], [])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", DAMAGE, ids=lambda case: case.damage.__name__)
def test_damage_is_mended_and_told(case, name, tmp_path):
    notebook = damage.filled(name)
    before = json.dumps(notebook)
    case.damage(notebook)
    assert json.dumps(notebook) != before or name == "02_tanh"
    result = mended(notebook, tmp_path)
    wanted, got = undamaged(name, tmp_path), running(result.notebook)
    if case.same:
        assert got == wanted
    assert codes(result.mended) == case.mended
    assert codes(result.flags) == case.flags


@pytest.mark.parametrize("seed", range(150))
def test_damages_together_lose_no_answer_and_no_point(seed, tmp_path):
    name = NAMES[seed % 3]
    notebook = damage.filled(name)
    done = damage.combined(notebook, seed)
    result = mended(notebook, tmp_path).notebook
    nbformat.validate(result)
    told = " and ".join(done)
    lines = {line.strip() for source in running(result) for line in source.splitlines()}
    for cell in filter(damage.is_solution, damage.filled(name)["cells"]):
        missing = [line for line in damage.text(cell).splitlines()[1:] if line.strip() not in lines]
        assert not missing, told
    graded = [c.metadata.nbgrader for c in result.cells if "nbgrader" in c.metadata]
    expected = [c.metadata.nbgrader for c in masters()[name].cells if "nbgrader" in c.metadata]
    assert graded == expected, told
    by_id = {cell.id: cell for cell in masters()[name].cells}
    for cell in result.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            assert cell.source == by_id[cell.id].source, told


def test_running_a_mended_notebook_leaves_the_template_as_it_was(tmp_path):
    before = repr(current()["02_tanh"])
    result = mended(damage.filled("02_tanh"), tmp_path).notebook
    result.metadata.kernelspec.name = "other"
    for cell in result.cells:
        cell.source, cell.metadata["ran"] = "", True
    assert repr(current()["02_tanh"]) == before


# --- several cells for one answer --------------------------------------------------------------

OTHER = "# Exercise 6: complete the function.\ndef tanh(x):\n    return x * 2"


def test_of_several_answers_the_last_one_counts(tmp_path):
    notebook = damage.filled("02_tanh")
    insert(notebook, "tanh", OTHER)
    result = mended(notebook, tmp_path)
    place = running(result.notebook).index(OTHER)
    assert running(result.notebook)[place - 1] == answer("02_tanh", "tanh")
    assert [c.source for c in result.notebook.cells if c.id == "tanh"] == [OTHER]
    assert [(flag.code, flag.part) for flag in result.flags] == [("several_answers", "tanh")]
    assert result.mended[0].code == "marks_missing"


def test_of_several_answers_the_one_that_ran_last_counts(tmp_path):
    notebook = damage.filled("02_tanh")
    insert(notebook, "tanh", OTHER)
    for n, ran in ((0, 9), (1, 4)):
        notebook["cells"][damage.find(notebook, "tanh") + n]["execution_count"] = ran
    result = mended(notebook, tmp_path)
    assert running(result.notebook) == undamaged("02_tanh", tmp_path)
    (flag,) = result.flags
    assert flag.message == (
        "tanh was answered 2 times; the one that ran last counts. 1 below it did not run."
    )


def test_an_exercise_continued_in_a_second_cell_runs_on(tmp_path):
    notebook = damage.filled("01_moons")
    insert(notebook, "moons_plot", "# Exercise 5, continued\nprint('done')")
    notebook["cells"][damage.find(notebook, "moons_plot")]["execution_count"] = 50
    result = mended(notebook, tmp_path)
    assert result.flags == []
    place = running(result.notebook).index(answer("01_moons", "moons_plot"))
    assert running(result.notebook)[place + 1] == "# Exercise 5, continued\nprint('done')"


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_old_attempt_that_was_put_aside_does_not_count(kind, tmp_path):
    notebook = damage.filled("02_tanh")
    insert(notebook, "tanh", OTHER)
    cell = notebook["cells"][damage.find(notebook, "tanh") + 1]
    cell["metadata"] = notebook["cells"][damage.find(notebook, "tanh")]["metadata"]
    cell["cell_type"] = kind
    result = mended(notebook, tmp_path)
    assert running(result.notebook) == undamaged("02_tanh", tmp_path)
    assert result.flags == []


@pytest.mark.parametrize("split", [damage.split_at_statements, damage.split_without_marks])
@pytest.mark.parametrize("name", NAMES)
def test_the_halves_of_an_answer_run_in_order(split, name, tmp_path):
    notebook = damage.filled(name)
    split(notebook)
    joined = "\n".join(running(mended(notebook, tmp_path).notebook))
    wanted = "\n".join(undamaged(name, tmp_path))
    squeezed = [line for line in joined.splitlines() if line.strip()]
    assert squeezed == [line for line in wanted.splitlines() if line.strip()]


# --- answers in other places -------------------------------------------------------------------


@pytest.mark.parametrize("gone", [True, False], ids=["cell deleted", "cell left blank"])
@pytest.mark.parametrize("heading", [True, False], ids=["with heading", "without"])
def test_an_answer_in_anothers_cell_runs_where_it_stood(gone, heading, tmp_path):
    notebook = damage.filled("01_moons")
    second = answer("01_moons", "moons_model")
    second = second if heading else second.split("\n", 1)[1]
    put(notebook, "moons_data", f"{answer('01_moons', 'moons_data')}\n\n{second}")
    where = damage.find(notebook, "moons_model")
    blank = damage.released("01_moons")["cells"][where]
    notebook["cells"][where : where + 1] = [] if gone else [blank]
    result = mended(notebook, tmp_path)
    whole = "\n\n".join(running(result.notebook))
    assert f"{answer('01_moons', 'moons_data')}\n\n{second}" in whole
    (cell,) = (c for c in result.notebook.cells if c.id == "moons_model")
    # Not the blank, which a check takes for an exercise that was not started.
    seed = "" if gone else "\ntorch.manual_seed(RANDOM_SEED)"
    assert cell.source == f"# Answered in another cell.{seed}"
    assert "answered_elsewhere" in codes(result.mended)
    assert result.flags == []


def test_a_piece_fills_its_own_cell_where_that_passes_no_code(tmp_path):
    notebook = damage.filled("01_moons")
    # Between these two stand checks and text, and no other code.
    both = f"{answer('01_moons', 'moons_loss_optimizer')}\n\n{answer('01_moons', 'moons_outputs')}"
    put(notebook, "moons_loss_optimizer", both)
    del notebook["cells"][damage.find(notebook, "moons_outputs")]
    result = mended(notebook, tmp_path)
    assert running(result.notebook) == undamaged("01_moons", tmp_path)
    assert codes(result.mended) == {"cut_apart", "marks_missing"}
    assert result.flags == []


@pytest.mark.parametrize("name", NAMES)
def test_all_code_in_one_cell_still_answers_everything(name, tmp_path):
    notebook = damage.filled(name)
    damage.merge_all_code(notebook)
    result = mended(notebook, tmp_path)
    filled = {cell.id: cell.source for cell in result.notebook.cells}
    for cell in filter(damage.is_solution, damage.filled(name)["cells"]):
        assert filled[damage.marks(cell)["grade_id"]].startswith(damage.text(cell).strip())
    assert result.flags == []


MERGES = [
    (name, first, span)
    for name in NAMES
    for span in (1, 2, 3, 4, 6)
    for first, cell in enumerate(damage.filled(name)["cells"][:-span])
    if cell["cell_type"] == "code"
    and damage.filled(name)["cells"][first + span]["cell_type"] == "code"
]


def test_whatever_is_merged_runs_once_and_in_order(tmp_path):
    assert len(MERGES) > 100
    for name, first, span in MERGES:
        notebook = damage.filled(name)
        damage.merge(notebook, first, first + span)
        result = mended(notebook, tmp_path)
        lines = [line.strip() for s in running(result.notebook) for line in s.splitlines()]
        wanted = [line.strip() for s in undamaged(name, tmp_path) for line in s.splitlines()]
        assert [x for x in lines if x] == [x for x in wanted if x], (name, first, span)
        assert result.flags == [], (name, first, span)


def test_a_heading_within_a_statement_is_no_border(tmp_path):
    notebook = damage.filled("01_moons")
    tricky = (
        "# Exercise 1: make the moons, turn them into tensors, split them.\n"
        'text = """\n# Exercise 2: build `moon_model`.\n"""\n'
        "for n in range(3):\n    a = n\n# Exercise 3: make `loss_fn` and `optimizer`.\n    b = n\n"
        "rows = [\n# Exercise 5: draw both decision boundaries.\n1]\nlast = 1"
    )
    put(notebook, "moons_data", tricky)
    result = mended(notebook, tmp_path)
    assert [c.source for c in result.notebook.cells if c.id == "moons_data"] == [tricky]
    assert result.mended == []


def test_an_answer_below_its_checks_is_put_above_them(tmp_path):
    notebook = damage.released("02_tanh")
    own = answer("02_tanh", "tanh").split("\n", 1)[1]
    insert(notebook, "check_tanh_stable", own)
    result = mended(notebook, tmp_path)
    assert [c.source for c in result.notebook.cells if c.id == "tanh"] == [own]
    assert codes(result.mended) == {"marks_missing"}
    assert result.flags == []  # it passed checks only


def test_helpers_above_such_an_answer_stay_above_it(tmp_path):
    notebook = damage.released("02_tanh")
    own = answer("02_tanh", "tanh").split("\n", 1)[1]
    insert(notebook, "check_tanh_stable", own)
    insert(notebook, "check_tanh_stable", damage.HELPER)
    result = mended(notebook, tmp_path)
    place = running(result.notebook).index(own)
    assert running(result.notebook)[place - 1] == damage.HELPER
    assert result.flags == []


def test_an_answer_far_below_is_found_and_flagged(tmp_path):
    notebook = damage.released("02_tanh")
    own = answer("02_tanh", "tanh").split("\n", 1)[1]
    notebook["cells"].append(damage.code(own))
    result = mended(notebook, tmp_path)
    assert [c.source for c in result.notebook.cells if c.id == "tanh"] == [own]
    assert [(flag.code, flag.part) for flag in result.flags] == [("moved_code", "tanh")]


def test_an_answer_above_the_blank_is_not_undone_by_it(tmp_path):
    notebook = damage.released("02_tanh")
    own = answer("02_tanh", "tanh").split("\n", 1)[1]
    insert(notebook, "tanh", own, offset=0)
    result = mended(notebook, tmp_path)
    sources = running(result.notebook)
    assert sources[sources.index(own) + 1] == "# Answered in another cell."
    assert codes(result.mended) == {"answered_elsewhere"}


def test_an_answer_in_a_check_cell_runs_before_our_check(tmp_path):
    notebook = damage.released("02_tanh")
    own = answer("02_tanh", "tanh").split("\n", 1)[1]
    notebook["cells"][damage.find(notebook, "check_tanh_values")]["source"] = [own]
    result = mended(notebook, tmp_path)
    cells = result.notebook.cells
    place = next(n for n, cell in enumerate(cells) if cell.id == "check_tanh_values")
    assert cells[place - 1].source == own
    assert codes(result.mended) == {"check_changed"}


def test_a_blank_notebook_stays_blank(tmp_path):
    notebook = damage.released("01_moons")
    damage.strip_all(notebook)
    result = mended(notebook, tmp_path)
    stubs = [
        damage.text(c) for c in filter(damage.is_solution, damage.released("01_moons")["cells"])
    ]
    assert [s for s in running(result.notebook) if "# YOUR CODE HERE" in s] == stubs
    assert result.flags == []


def test_a_deleted_answer_counts_as_blank(tmp_path):
    notebook = damage.filled("01_moons")
    del notebook["cells"][damage.find(notebook, "moons_train")]
    result = mended(notebook, tmp_path)
    (cell,) = (c for c in result.notebook.cells if c.id == "moons_train")
    assert cell.source == "# Exercise 4b: train `moon_model`.\n# YOUR CODE HERE\npass"
    assert [(n.code, n.part) for n in result.mended] == [("solution_missing", "moons_train")]


# --- given cells and extra cells ---------------------------------------------------------------


@pytest.mark.parametrize("strip", [None, damage.strip_all, damage.colab_without_marks])
def test_changes_to_given_cells_are_kept(strip, tmp_path):
    notebook = damage.filled("01_moons")
    for cell in filter(damage.is_given, notebook["cells"]):
        changed = damage.text(cell).replace("RANDOM_SEED = 42", "RANDOM_SEED = 7")
        cell["source"] = [changed.replace("ProgressLog(every=10)", "ProgressLog(every=5)")]
    if strip:
        strip(notebook)
    result = mended(notebook, tmp_path)
    changes = (("RANDOM_SEED = 42", "RANDOM_SEED = 7"), ("Log(every=10)", "Log(every=5)"))
    wanted = undamaged("01_moons", tmp_path)
    for before, after in changes:
        assert sum(before in source for source in wanted) >= 1
        wanted = [s if s[:10] == "# Exercise" else s.replace(before, after) for s in wanted]
    assert running(result.notebook) == wanted
    assert codes(result.mended) <= {"marks_missing"}


def test_a_given_cell_written_anew_is_extra_and_the_given_one_is_put_back(tmp_path):
    notebook = damage.filled("02_tanh")
    (cell,) = (c for c in notebook["cells"] if c["id"] == "sigmoid")
    cell["source"] = ["weather = 'fine'"]
    result = mended(notebook, tmp_path)
    assert set(running(result.notebook)) == {*undamaged("02_tanh", tmp_path), "weather = 'fine'"}
    assert codes(result.mended) == {"given_missing"}


def test_a_setup_cell_that_starts_nothing_is_replaced(tmp_path):
    notebook = damage.filled("02_tanh")
    for cell in notebook["cells"]:
        if "checks.start()" in damage.text(cell):
            cell["source"] = [damage.text(cell).replace("autograder.checks.start()", "# nothing")]
    result = mended(notebook, tmp_path)
    assert running(result.notebook) == undamaged("02_tanh", tmp_path)
    assert codes(result.mended) == {"setup_changed"}


@pytest.mark.parametrize("offset", [0, 1], ids=["above", "below"])
def test_extra_cells_run_in_their_place(offset, tmp_path):
    notebook = damage.filled("01_moons")
    for key in ("moons_data", "check_moons_data_tensors", "moons_model", "moons_train"):
        insert(notebook, key, f"spot = {key!r}", offset)
    own = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    cells = mended(notebook, tmp_path).notebook.cells
    after = {c.source: cells[n - 1].source for n, c in enumerate(cells) if "spot = " in c.source}
    assert len(after) == 4
    for n, cell in enumerate(own):
        if "spot = " in damage.text(cell):
            before = after[damage.text(cell)]
            if not before.startswith("#") or before.startswith("# Exercise"):
                assert before.split("\n###")[0] == damage.text(own[n - 1])


def test_ten_thousand_extra_cells_are_kept_in_order(tmp_path):
    notebook = damage.filled("02_tanh")
    extra = [damage.code(f"x{n} = {n}") for n in range(9900)]
    place = damage.find(notebook, "tanh")
    notebook["cells"][place:place] = extra
    damage.strip_all(notebook)
    sources = running(mended(notebook, tmp_path).notebook)
    start = sources.index("x0 = 0")
    assert sources[start : start + 9900] == [f"x{n} = {n}" for n in range(9900)]
    assert [*sources[:start], *sources[start + 9900 :]] == undamaged("02_tanh", tmp_path)


def test_many_mends_of_a_kind_are_told_shortly(tmp_path):
    notebook = damage.filled("01_moons")
    damage.delete_checks(notebook)
    notes = mended(notebook, tmp_path).mended
    assert [note.code for note in notes] == ["check_missing"] * 4
    assert notes[-1].message == "The same is true of 7 more."


def test_what_a_learner_wrote_is_told_printably(tmp_path):
    notebook = damage.filled("02_tanh")
    insert(notebook, "tanh", "print('\x1b[2J')  # clears the screen")
    damage.add_tags(notebook)
    damage.reverse(notebook)
    result = mended(notebook, tmp_path)
    assert all(note.message.isprintable() for note in result.mended + result.flags)


def test_learner_code_that_no_parser_takes_is_mended_too(tmp_path):
    notebook = damage.filled("02_tanh")
    put(notebook, "tanh", answer("02_tanh", "tanh") + "\n# Exercise 6: complete the function.\n(((")
    insert(notebook, "tanh", "!pip list\n%time tanh(x)\n" + "(" * 50_000 + "x" + ".a" * 50_000)
    result = mended(notebook, tmp_path)
    assert any("!pip list" in source for source in running(result.notebook))


@pytest.mark.parametrize(
    "sources",
    [
        ["# Exercise 6: complete the function.\ndef tanh(x):\n", *["    x = 1\n" * 40] * 3000],
        ["# Exercise 6: complete the function.\nx = 1\n" * 3500] * 25,
        ["(" * 100_000, "#" * 1_000_000, " " * 1_000_000, "a=" * 500_000, "\n" * 1_000_000],
        ["# Exercise 6\n" * 15_000 + "x", "'''" * 60_000, "x = [\n" * 30_000],
        ["# Exercise 6: complete the function.\n" + "x" * 4_000_000],
    ],
    ids=["joined", "merged", "long lines", "open", "one name"],
)
def test_a_hostile_notebook_takes_bounded_time_and_cells(sources, tmp_path):
    notebook = damage.released("02_tanh")
    place = damage.find(notebook, "tanh")
    notebook["cells"][place : place + 1] = [damage.code(source) for source in sources]
    result = mended(notebook, tmp_path)
    assert len(result.notebook.cells) < len(sources) + 500


def test_blanks_without_a_heading_are_told_apart(tmp_path):
    """The line that marks a blank is no heading, though it is the first comment."""
    assert heading("# YOUR CODE HERE\npass") == ""
    notebook = damage.filled("02_tanh")
    insert(notebook, "tanh", "# YOUR CODE HERE\nown = 1")
    assert "# YOUR CODE HERE\nown = 1" in running(mended(notebook, tmp_path).notebook)
