"""nbgrader's own steps on a notebook, in a transaction that is open already.

Each of nbgrader's steps opens a gradebook of its own. Those that need one are given ours here.
"""

from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import ExecutePreprocessor, Preprocessor
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties, OverwriteCells, SaveAutoGrades
from traitlets.config import Config
from traitlets.utils.importstring import import_item


def put_back(notebook: NotebookNode, gradebook: Any, names: dict[str, str], config: Config) -> None:
    """Give cells the text, points and checksums that the gradebook has for them.

    Args:
        notebook: is changed.
        gradebook: nbgrader's, in a transaction.
        names: `student`, `assignment` and `notebook`.
        config: the course's.
    """
    step = _lent(OverwriteCells(config=config), gradebook, names)
    Preprocessor.preprocess(step, notebook, {})
    if step.add_missing_cells:
        step.add_missing_grade_cells(notebook, {})
        step.add_missing_task_cells(notebook, {})


def save_scores(
    notebook: NotebookNode, gradebook: Any, names: dict[str, str], config: Config
) -> None:
    """Enter what the check cells of an executed notebook say; arguments as of `put_back`."""
    Preprocessor.preprocess(_lent(SaveAutoGrades(config=config), gradebook, names), notebook, {})


def _lent(step: Any, gradebook: Any, names: dict[str, str]) -> Any:
    step.gradebook = gradebook
    for name, value in names.items():
        setattr(step, f"{name}_id", value)
    return step


def finished(notebook: NotebookNode, coursedir: CourseDirectory, resources: Any) -> str:
    """An executed notebook as nbgrader keeps it: the steps that the course has chosen for that.

    Running it, entering its scores and what being late costs are none of them: those are entered
    all together.
    """
    exporter = NotebookExporter(config=coursedir.config)
    converter = Autograde(coursedir=coursedir, config=coursedir.config)
    for each in converter.autograde_preprocessors:
        kind = import_item(each) if isinstance(each, str) else each
        apart = issubclass(kind, (ExecutePreprocessor, SaveAutoGrades, AssignLatePenalties))
        if not getattr(kind, "grade_does_it", apart):
            exporter.register_preprocessor(kind)
    kept, _ = exporter.from_notebook_node(notebook, resources)
    return str(kept)
