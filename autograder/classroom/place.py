"""The course around the working folder, where no assignment is asked for: people, hours, terms."""

import copy
from dataclasses import dataclass
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.classroom.foreign_course import KEPT, find_protected
from autograder.course import terms
from autograder.course.folders import assignments_in, clone_folder
from autograder.gradebook.book import Gradebook
from autograder.kernels.settings import load_config


@dataclass(frozen=True)
class Place:
    """A course, opened without an assignment.

    Attributes:
        kept: the folder, in the course's, of evidence and reports.
        own: it is this project's own, and not another one under nbgrader.
        term: the archived term that is looked at; "" for the present one.
    """

    folder: Path
    config: Config
    kept: str
    own: bool
    term: str = ""

    def book(self, assignment: str = "") -> Gradebook:
        """The gradebook; all that needs no assignment can be done without one."""
        return Gradebook(
            self.folder, self.config, assignment,
            generates=self.own, kept=self.kept, archived=self.term,
        )  # fmt: skip

    def coursedir(self) -> CourseDirectory:
        """Nbgrader's own view of the folders."""
        config = copy.deepcopy(self.config)
        config.CourseDirectory.root = str(self.folder)
        return CourseDirectory(config=config)

    def step(self, name: str) -> Path:
        """The folder that has the learners' folders of one of nbgrader's steps: `submitted`."""
        return self.folder / getattr(self.coursedir(), f"{name}_directory")

    def assignments(self) -> list[str]:
        """Those that the course has sources of, or the gradebook marks."""
        with self.book().transaction() as gradebook:
            entered = {each.name for each in gradebook.assignments}
        if self.own:
            return sorted(entered.union(assignments_in(self.folder)))
        source = self.folder / self.coursedir().source_directory
        return sorted(entered | {each.parent.name for each in source.glob("[!.]*/[!.]*.ipynb")})


def open_place() -> Place:
    """The course around the working folder, or the archived term of it that was asked for.

    Raises:
        FileNotFoundError: there is none; the message says where to go.
    """
    if (found := find_protected(None)) is not None:
        terms.refuse_elsewhere()
        return Place(*found, KEPT, False)
    folder = clone_folder()
    config, kept = terms.applied(folder, load_config(folder))
    return Place(folder, config, kept, True, terms.chosen())
