"""Finds an nbgrader course that is not this project's own, and reads its assignment.

Such a course has called `autograder.any_course.protect` in its `nbgrader_config.py`. Where its
files lie is what nbgrader's settings say; what we keep lies in `.autograder/`, apart from all
folders that nbgrader lists, copies or deletes.
"""

import contextlib
import copy
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import InstantiateTests, SaveCells
from nbgrader.utils import find_all_files
from sqlalchemy.engine import make_url
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograder.course.folders import protected, read_notebook
from autograder.course.lessons import Lessons, NotOfThisCourse, NotPython, lesson
from autograder.course.nbgrader_log import quiet
from autograder.files import hash_of
from autograder.gradebook.book import Gradebook
from autograder.gradebook.errors import CannotGrade
from autograder.kernels.settings import load_config

#: Where records and evidence lie, in the course's folder.
KEPT = ".autograder"
#: nbgrader's folder structure, which `autograder grade` counts on.
_STRUCTURE = "{nbgrader_step}/{student_id}/{assignment_id}"


def find_protected(config: Config | None) -> tuple[Path, Config] | None:
    """The protected course around the working folder, with its settings; None if there is none.

    The settings are looked for, unless nbgrader has read them.
    """
    folder = Path.cwd()
    if config is None:
        here = (folder, *folder.parents)
        folder = next((each for each in here if (each / "nbgrader_config.py").is_file()), folder)
        config = load_config(folder)
    if not protected(config):
        return None
    config = copy.deepcopy(config)
    config.CourseDirectory.root = str(config.CourseDirectory.get("root", "") or folder)
    return Path(config.CourseDirectory.root), config


def private_paths(config: Config, folder: Path) -> list[str]:
    """What kernels must not read of a course."""
    coursedir = CourseDirectory(config=config)
    steps = ("source", "release", "submitted", "autograded", "feedback", "solution")
    folders = [getattr(coursedir, f"{step}_directory") for step in steps]
    folders += [coursedir.source_with_tests_directory, KEPT]
    database = make_url(coursedir.db_url)
    if database.get_backend_name() == "sqlite" and database.database:
        folders.append(database.database)
    return [str(folder / each) for each in folders]


def read_lessons(book: Gradebook, config: Config, assignment: str) -> Lessons:
    """The notebooks of an assignment that `nbgrader generate_assignment` has made.

    Raises:
        CannotGrade: there is no such assignment.
    """
    coursedir = CourseDirectory(config=config)
    if coursedir.directory_structure != _STRUCTURE:
        raise CannotGrade(
            "c.CourseDirectory.directory_structure has been changed; `autograder` needs nbgrader's "
            f"own, {_STRUCTURE}."
        )
    sources = book.sources()
    if not sources:
        raise CannotGrade(
            f"The gradebook has no assignment {assignment!r}. "
            f"Run `nbgrader generate_assignment {assignment}` first."
        )
    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    release = Path(coursedir.format_path(coursedir.release_directory, ".", assignment))
    templates, checks, left = {}, {}, {}
    unsandboxed = set()
    files = _files(source, coursedir, config, assignment)
    data = hash_of(files)
    for name in sorted(sources):
        file = f"{name}.ipynb"
        solved = read_notebook(source / file) if (source / file).is_file() else None
        try:
            if (release / file).is_file():
                released = read_notebook(release / file)
            elif solved is not None:
                released = _made_from(solved, config)
            else:
                raise NotOfThisCourse(f"{name} lies neither in {release} nor in {source}.")
            templates[name], asked = lesson(name, released, solved, sources[name])
            checks[name] = asked + data
        except NotOfThisCourse as error:
            left[name] = str(error)
            if isinstance(error, NotPython):
                unsandboxed.add(name)
    return Lessons(templates, checks, left=left, unsandboxed=frozenset(unsandboxed), beside=files)


def _made_from(solved: NotebookNode, config: Config) -> NotebookNode:
    """What learners get of a solved notebook, where the release is not kept in the course.

    Tests that nbgrader would write itself, by running the solution, are in the gradebook.
    """
    notebook, resources = copy.deepcopy(solved), {"nbgrader": {"notebook": ""}}
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    with quiet(), contextlib.chdir(config.CourseDirectory.root):  # where headers are looked for
        for step in converter.preprocessors:
            kind = import_item(step) if isinstance(step, str) else step
            if issubclass(kind, InstantiateTests | SaveCells):
                continue
            try:
                notebook, _ = kind(config=config).preprocess(notebook, resources)
            except (Exception, SystemExit) as error:
                raise NotOfThisCourse(
                    f"No release could be made ({type(error).__name__}: {error}). "
                    "Run `nbgrader generate_assignment`."
                ) from error
    return notebook


def _files(
    source: Path, coursedir: CourseDirectory, config: Config, assignment: str
) -> Mapping[str, Path]:
    """The course's own files beside its notebooks: nbgrader puts them beside a submission."""
    if not source.is_dir():
        return {}
    left = set(Autograde(config=config).exclude_overwriting.get(assignment, []))
    paths = map(Path, find_all_files(str(source), [*coursedir.ignore, "*.ipynb"]))
    found = {path.relative_to(source).as_posix(): path for path in sorted(paths)}
    return {name: path for name, path in found.items() if name not in left}
