"""nbgrader's exchange on a shared folder, from release to marks, as on a JupyterHub."""

import contextlib
import io

import nbformat
from nbgrader.apps import CollectApp, FetchAssignmentApp, ListApp, ReleaseAssignmentApp, SubmitApp
from nbgrader.utils import get_username

from autograder.submissions.companions import NBGRADERS
from tests.support import small
from tests.support.classes import FULL, NAME, new_course
from tests.support.kept import records

#: The exchange names a learner by the user who has submitted.
LEARNER = get_username()


def run(folder, command, *words):
    """One of nbgrader's commands, as `nbgrader` runs it, where somebody stands."""
    log = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stderr(log):
        command.clear_instance()
        app = command.instance()
        app.initialize(list(words))
        app.start()
        command.clear_instance()
    return log.getvalue()


def test_from_release_to_marks(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    course = new_course(tmp_path / "course")
    root = f"c.Exchange.root = {str(exchange)!r}\n"
    with (course / "nbgrader_config.py").open("a") as settings:
        settings.write(root)
    run(course, ReleaseAssignmentApp, "classification")

    learner = tmp_path / "ada"
    learner.mkdir()
    (learner / "nbgrader_config.py").write_text(
        f'c = get_config()\n{root}c.CourseDirectory.course_id = "moons-and-spirals"\n'
    )
    assert "moons-and-spirals classification" in run(learner, ListApp)
    run(learner, FetchAssignmentApp, "classification")
    fetched = learner / "classification" / f"{NAME}.ipynb"
    released = course / "notebooks/classification" / fetched.name
    assert fetched.read_bytes() == released.read_bytes()
    notebook = nbformat.from_dict(small.notebook(small.ANSWERS["ada"]))
    fetched.write_text(nbformat.writes(notebook), "utf-8")
    run(learner, SubmitApp, "classification")
    assert f"{LEARNER} classification" in run(course, ListApp, "--inbound")

    said = run(course, CollectApp, "classification")
    assert "WARNING" not in said, said
    handed_in = course / "grading/submitted" / LEARNER / "classification"
    assert {path.name for path in handed_in.iterdir()} == {fetched.name, *NBGRADERS}
    code, said = small.grade(course)
    assert code == 0, said
    marks = small.book(course)[1]
    assert sum(row[4] for row in marks) == FULL
    assert all(row[-1] for row in marks), "when it was handed in is known"
    (record,) = records(course)[LEARNER].values()
    assert set(record["files"]) == {fetched.name}, "what nbgrader adds is nobody's work"
