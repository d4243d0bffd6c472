"""nbgrader's own `autograde`, in the command and in formgrader, graded as by `autograder grade`.

`nbgrader_config.py` puts the three steps here between nbgrader's own. A notebook that is none of
this course, or that only nbgrader can read, is graded as nbgrader does it, in the sandbox.
"""

import hashlib
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from autograder.classroom.course import Course, open_course
from autograder.classroom.enter import job_of, record_of
from autograder.course.template import Template
from autograder.gradebook.errors import CannotGrade
from autograder.mending.mend import Mended
from autograder.running import evidence
from autograder.running.notebook import run_notebook
from autograder.running.one_file import marks_of, mended_file
from autograder.submissions.folder import Submission, SubmittedNotebook, submission_of
from autograder.submissions.read import NotGradable, read_bytes
from autograder.workers.job import run_mended
from helpers.text import as_name, storable

Step = tuple[NotebookNode, dict[str, Any]]
#: Where the second step leaves for the third what it found out.
_FOUND = "moons_and_spirals"
#: Where the search for it leaves that the notebook is for another language than Python.
_UNSANDBOXED = "moons_and_spirals_unsandboxed"


class Mend(NbGraderPreprocessor):
    """Puts the mended notebook in the place of the submitted one, before all other steps."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Step:
        """Mend from the file itself: nbgrader has changed what it read of it."""
        found = _find(self, resources)
        return (found.mended.notebook if found else nb), resources


class SandboxedExecute(NbGraderPreprocessor):
    """Runs every cell behind the same layers and limits as `autograder grade` does."""

    #: `autograder grade` takes this step by itself, and leaves it out of nbgrader's list.
    grade_does_it = True

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Step:
        """Run the notebook, and keep its evidence; the same file is asked the same again."""
        found = resources[_FOUND] = _find(self, resources)
        if resources.pop(_UNSANDBOXED, False):
            return Execute(config=self.config).preprocess(nb, resources)
        if found is None:
            return run_notebook(nb, config=self.config), resources
        found.run(nb)
        return nb, resources


class Conclude(NbGraderPreprocessor):
    """The last step, when the marks are in the gradebook: asks a person, and writes the record."""

    grade_does_it = True

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Step:
        """Tell `autograder grade` what is done, and say in the log what a person should see."""
        found: _Found | None = resources.pop(_FOUND, None)
        if found is not None:
            name, mended = found.template.name, found.mended
            marks = marks_of(nb, name, mended)
            # Formgrader's server goes on for weeks: it must not keep one connection a notebook.
            with closing(found.course.book):
                record = record_of(
                    found.course, found.submission(), name, marks, found.template.revision,
                    claims=mended.claims,
                )  # fmt: skip
                found.course.book.enter(nb, found.student, name, record)
            for flag in marks.flags:
                self.log.warning("%s, %s: %s", as_name(found.student), name, flag["message"])
        return nb, resources


@dataclass
class _Found:
    """A submitted notebook of this course."""

    course: Course
    student: str
    handed: SubmittedNotebook
    template: Template
    mended: Mended

    def run(self, notebook: NotebookNode) -> None:
        """Run the notebook, as nbgrader has it by now, and keep its evidence."""
        name = self.template.name
        job = job_of(self.course, Submission(self.student, "", {name: self.handed}), name)
        assert job is not None  # the file has been read
        kept = run_mended(job, notebook, self.template, self.mended)
        evidence.write(self.course.evidence_path(self.student, name), kept)

    def submission(self) -> Submission:
        """What the learner handed in, with the file that nbgrader takes: it goes by the name.

        Where `autograder grade` would take a newer one, the record does not name all files, and
        so a run of it grades the notebook again.
        """
        course, name = self.course, self.template.name
        known = {self.handed.sha256: name}
        folder = self.handed.path.parent
        submission = submission_of(
            self.student, folder, course.names, known, course.folder, course.lessons
        )
        if submission.notebooks[name].path != self.handed.path:
            submission.notebooks[name] = self.handed
        return submission


def _find(step: NbGraderPreprocessor, resources: dict[str, Any]) -> _Found | None:
    """The submitted file behind a notebook that nbgrader converts; None if it is none of ours."""
    names = resources["nbgrader"]
    student, name = names["student"], names["notebook"]
    try:
        course = open_course(names["assignment"], step.config)
        course.book.close()
        if name in course.lessons.left:
            resources[_UNSANDBOXED] = name in course.lessons.unsandboxed
            raise CannotGrade(course.lessons.left[name])
        path = course.book.submitted(student) / f"{name}.ipynb"
        sha256 = hashlib.sha256(read_bytes(path)).hexdigest()
        template, mended = mended_file(path, course.folder, course.lessons)
        if template.name != name:
            raise NotGradable("other_notebook", f"{as_name(path.name)} holds {template.name}.")
    except (NotGradable, CannotGrade, FileNotFoundError) as error:
        step.log.warning("%s, %s: graded as nbgrader does it. %s", as_name(student), name, error)
        return None
    handed = SubmittedNotebook(path, sha256, name, {storable(path.name): sha256})
    return _Found(course, student, handed, template, mended)
