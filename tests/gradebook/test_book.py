"""What nbgrader's gradebook holds after grading: late penalties, marks by hand, missing files."""

import json
import os

import pytest
from nbgrader.api import Gradebook

from autograder.checks.table import PARTS
from autograder.cli.main import main
from autograder.gradebook import book as gradebook
from autograder.gradebook.errors import CannotGrade
from autograder.running import retry as again
from autograder.submissions import folder as submissions
from autograder.workers import pool
from tests.support import damage
from tests.support.classes import EXPS, FULL, NAME, answered, hand_in, hashes, new_course, solved
from tests.support.kept import records

LATE = """
from nbgrader.plugins import LateSubmissionPlugin

class TenPercent(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 10

c.AssignLatePenalties.plugin_class = TenPercent
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    course = new_course(tmp_path / "course")
    monkeypatch.chdir(course)
    monkeypatch.setattr(pool, "cores", lambda: 1)  # all in this process, where a test can reach
    return course


@pytest.fixture
def without_kernels(monkeypatch):
    """Notebooks are entered without being run: every check that has no output counts in full."""
    monkeypatch.setattr(pool, "cores", lambda: 1)
    monkeypatch.setattr(again, "run_notebook", lambda notebook, **options: notebook)


def book(course):
    return Gradebook(f"sqlite:///{course}/grading/gradebook.db", "moons-and-spirals")


def test_cells_points_and_checksums_are_those_of_generate_assignment(course, without_kernels):
    hand_in(course, "ada", answered(EXPS))
    before = hashes(course / "notebooks") | hashes(course / "solutions")
    assert main(["grade"]) == 0
    assert before == hashes(course / "notebooks") | hashes(course / "solutions")
    found = {path.name for path in course.iterdir()}
    assert found == {"grading", "nbgrader_config.py", "notebooks", "solutions"}
    with book(course) as gradebook:
        notebook = gradebook.find_notebook(NAME, "classification")
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        assert points == {
            check: worth
            for part in PARTS.values()
            if part.notebook == "tanh"
            for check, worth in part.checks.items()
        }
        sources = {cell.name: (cell.source, cell.checksum) for cell in notebook.source_cells}
        assert sources.keys() >= {*points, "tanh"}
        assert "YOUR CODE HERE" in sources["tanh"][0]
        assert all(checksum for _, checksum in sources.values())


def test_an_untouched_answer_is_no_response(course, without_kernels):
    hand_in(course, "ada", answered("    # YOUR CODE HERE\n    pass"))
    hand_in(course, "ben", answered(EXPS))
    assert main(["grade"]) == 0
    with book(course) as gradebook:
        said = [
            gradebook.find_comment("tanh", NAME, "classification", each).auto_comment
            for each in ("ada", "ben")
        ]
    assert said == ["No response.", None]


def test_a_late_submission_loses_what_the_plugin_says(course, without_kernels, capsys):
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(LATE)
    hand_in(course, "ada", solved())
    hand_in(course, "ben", solved())
    hand_in(course, "ada", "2026-03-02 10:00:00 UTC", "timestamp.txt")
    hand_in(course, "ben", "no time at all", "timestamp.txt")
    assert main(["grade"]) == 0
    with book(course) as gradebook:
        assert gradebook.find_submission("classification", "ada").timestamp.day == 2
        gradebook.update_or_create_assignment("classification", duedate="2026-03-01 10:00 UTC")
    assert main(["grade", "--force"]) == 0
    said = " ".join(capsys.readouterr().out.split("Marks in")[-1].split())
    assert f"ada {FULL - 0.5:g} of {FULL}" in said
    assert f"ben {FULL} of {FULL}" in said
    hand_in(course, "ada", "2026-03-01 09:00:00 UTC", "timestamp.txt")
    assert main(["grade"]) == 0
    with book(course) as gradebook:
        assert gradebook.find_submission("classification", "ada").late_submission_penalty == 0
    copied = course / "grading/autograded/ada/classification/timestamp.txt"
    assert copied.read_text() == "2026-03-01 09:00:00 UTC\n"


def test_marks_by_hand_and_extra_credit_survive(course, without_kernels, capsys):
    hand_in(course, "ada", answered(EXPS))
    assert main(["grade"]) == 0
    with book(course) as gradebook:
        each = gradebook.find_grade("check_tanh_values", NAME, "classification", "ada")
        each.manual_score, each.extra_credit = 1, 0.5
        gradebook.db.commit()
    assert main(["grade"]) == 0, "a mark by hand is no reason to grade again"
    hand_in(course, "ada", solved())
    capsys.readouterr()
    assert main(["grade"]) == 1
    said = capsys.readouterr().out
    assert "ada: 02_tanh: tanh: A mark was given by hand" in said
    assert f"{FULL - 0.5:g} of {FULL}" in said
    with book(course) as gradebook:
        each = gradebook.find_grade("check_tanh_values", NAME, "classification", "ada")
        assert (each.auto_score, each.manual_score, each.score) == (2, 1, 1.5)
        assert each.needs_manual_grade


def test_missing_withdrawn_and_stray_notebooks(tmp_path, monkeypatch, without_kernels, capsys):
    course = new_course(tmp_path / "course", ("02_tanh", "03_spirals"))
    monkeypatch.chdir(course)
    path = hand_in(course, "ada", solved())
    hand_in(course, "ben", solved())
    hand_in(course, "ben", "", "notes.ipynb")
    hand_in(course, "fay", "<html>", "page.ipynb")  # may be meant as either
    (course / "grading/submitted/eve/classification").mkdir(parents=True)
    assert main(["grade"]) == 1
    said = capsys.readouterr().out
    assert "Note: 03_spirals: 1 learner did not hand it in: ada." in said
    assert "For a person: ben: 03_spirals: notes.ipynb is empty" in said
    assert said.count("page.ipynb is a web page") == 1  # of both notebooks at once
    assert said.count("For a person: eve: The folder is empty: no notebook was handed in.") == 1
    with book(course) as gradebook:
        found = {
            each.student.id: each.needs_manual_grade
            for each in gradebook.notebook_submissions("03_spirals", "classification")
        }
        assert found == {"ada": False, "ben": True, "eve": True, "fay": True}
        assert gradebook.find_submission("classification", "ada").score == FULL
    assert main(["grade"]) == 1
    again = capsys.readouterr().out
    assert "4 learners, 0 notebooks to grade, 7 graded before" in again
    assert again.split("Marks in")[-1] == said.split("Marks in")[-1]
    path.unlink()
    hand_in(course, "ada", solved(), "03_spirals.ipynb")  # by its cells it is the other one
    assert main(["grade", "--student", "ada"]) == 0
    assert main(["grade", "--student", "ada"]) == 0
    said = capsys.readouterr().out
    assert "1 learner, 0 notebooks to grade, 1 graded before" in said
    (course / "grading/submitted/ada/classification/03_spirals.ipynb").unlink()
    assert main(["grade", "--student", "ada"]) == 1
    with book(course) as gradebook:
        assert gradebook.find_submission("classification", "ada").score == 0


def test_of_two_files_the_newer_counts(course, without_kernels, capsys):
    old = hand_in(course, "ada", answered("    return x"), "02_tanh (1).ipynb")
    new = hand_in(course, "ada", answered(EXPS), "02_tanh.ipynb")
    os.utime(old, (1_000, 1_000))
    assert main(["grade"]) == 0
    assert "02_tanh.ipynb is newer than '02_tanh (1).ipynb'" in capsys.readouterr().out
    os.utime(new, (500, 500))
    assert main(["grade"]) == 0
    assert "'02_tanh (1).ipynb' is newer than 02_tanh.ipynb" in capsys.readouterr().out
    for path, year in ((old, 2025), (new, 2026)):  # when the cells ran goes before the file's date
        notebook = json.loads(path.read_text("utf-8"))
        times = {"iopub.status.busy": f"{year}-02-03T04:05:06.789Z"}
        notebook["cells"][-1]["metadata"]["execution"] = times
        hand_in(course, "ada", json.dumps(notebook), path.name)
    os.utime(new, (500, 500))
    assert main(["grade"]) == 0
    assert "02_tanh.ipynb is newer than '02_tanh (1).ipynb'" in capsys.readouterr().out


def test_an_unreadable_copy_is_for_a_person_and_the_other_is_graded(
    course, without_kernels, capsys
):
    hand_in(course, "ada", answered(EXPS))
    hand_in(course, "ada", "<html>", "02_tanh (1).ipynb")
    assert main(["grade"]) == 1
    assert "ada: 02_tanh: A file was left out. '02_tanh (1).ipynb' is a web page" in (
        capsys.readouterr().out
    )
    with book(course) as gradebook:
        assert gradebook.find_submission("classification", "ada").score == FULL


def test_a_fault_of_ours_is_told_stops_nobody_and_is_tried_again(course, monkeypatch, capsys):
    def fails_for_ada(notebook, **options):
        if any("ada's" in cell.source for cell in notebook.cells):
            raise KeyError("a fault")
        return notebook

    def fails_for_eve(submission, *others):
        if any("eve's" in cell.source for cell in submission.cells):
            raise RecursionError("too deep")
        return fitting(submission, *others)

    fitting = submissions.fitting_template
    monkeypatch.setattr(submissions, "fitting_template", fails_for_eve)
    monkeypatch.setattr(again, "run_notebook", fails_for_ada)
    hand_in(course, "ada", answered("    return x  # ada's"))
    hand_in(course, "eve", answered("    return x  # eve's"))
    hand_in(course, "ben", answered(EXPS))
    for _ in range(2):
        assert main(["grade"]) == 1
        said = capsys.readouterr().out
        assert "ada: 02_tanh: 02_tanh.ipynb could not be graded (KeyError: 'a fault')" in said
        assert "eve: 02_tanh: 02_tanh.ipynb could not be read (RecursionError: too deep)" in said
    assert "2 notebooks to grade, 1 graded before" in said
    with book(course) as gradebook:
        assert gradebook.find_submission("classification", "ben").score == FULL
    monkeypatch.setattr(again, "run_notebook", lambda notebook, **options: notebook)
    monkeypatch.setattr(submissions, "fitting_template", fitting)
    assert main(["grade"]) == 0


def test_a_gradebook_lost_on_the_way_ends_the_run_and_keeps_what_is_done(
    course, without_kernels, monkeypatch, capsys
):
    hand_in(course, "ada", answered(EXPS))
    hand_in(course, "ben", answered(EXPS))
    enter = gradebook.Gradebook.enter

    def lost_after_ada(self, notebook, student, name, record):
        if student != "ada":
            raise CannotGrade("The gradebook is locked.")
        enter(self, notebook, student, name, record)

    monkeypatch.setattr(gradebook.Gradebook, "enter", lost_after_ada)
    assert main(["grade"]) == 2
    assert capsys.readouterr().err == "The gradebook is locked.\n"
    monkeypatch.setattr(gradebook.Gradebook, "enter", enter)
    assert main(["grade"]) == 0
    assert "1 notebook to grade, 1 graded before" in capsys.readouterr().out


def test_other_exercises_than_the_gradebook_has_marks_for(course, without_kernels, capsys):
    hand_in(course, "ada", answered(EXPS))
    assert main(["grade"]) == 0
    with book(course) as gradebook:
        gradebook.add_grade_cell("check_old", NAME, "classification", max_score=1, cell_type="code")
    hand_in(course, "ada", solved())
    assert main(["grade"]) == 2
    assert "Cannot add or remove cells" in capsys.readouterr().err


def test_the_release_that_a_learner_was_given_is_recorded(course, without_kernels):
    older = damage.released(NAME)
    older["cells"][0]["source"] = "# As it was last year"
    kept = course / "grading/releases" / NAME / "0123456789ab.ipynb"
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps(older), "utf-8")
    notebook = solved()
    notebook["cells"][0]["source"] = older["cells"][0]["source"]
    hand_in(course, "ada", notebook)
    hand_in(course, "ben", solved())
    assert main(["grade"]) == 0
    given = [records(course)[each][NAME] for each in ("ada", "ben")]
    assert [each["release"] for each in given] == ["0123456789ab", ""]
    assert [note["code"] for note in given[0]["marks"]["mended"]] == ["older_release"]
