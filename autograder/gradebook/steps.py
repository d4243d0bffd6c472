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


def save_scores(
    notebook: NotebookNode, gradebook: Any, names: dict[str, str], config: Config
) -> None:
    """Enter what the check cells of an executed notebook say."""
    Preprocessor.preprocess(_lent(SaveAutoGrades(config=config), gradebook, names), notebook, {})


def _lent(step: Any, gradebook: Any, names: dict[str, str]) -> Any:
    step.gradebook = gradebook
    for name, value in names.items():
        setattr(step, f"{name}_id", value)
    return step


def finished(
    notebook: NotebookNode, gradebook: Any, names: dict[str, str], coursedir: CourseDirectory
) -> str:
    """An executed notebook as nbgrader keeps it: the steps that the course has chosen for that.

    Running it, entering its scores and what being late costs are none of them: those are entered
    all together. First of all, cells get the text, points and checksums of the gradebook.
    """
    config = coursedir.config
    step = _lent(OverwriteCells(config=config), gradebook, names)
    Preprocessor.preprocess(step, notebook, {})
    if step.add_missing_cells:
        step.add_missing_grade_cells(notebook, {})
        step.add_missing_task_cells(notebook, {})
    exporter = NotebookExporter(config=config)
    for each in Autograde(coursedir=coursedir, config=config).autograde_preprocessors:
        kind = import_item(each) if isinstance(each, str) else each
        apart = issubclass(kind, (ExecutePreprocessor, SaveAutoGrades, AssignLatePenalties))
        if not getattr(kind, "grade_does_it", apart):
            exporter.register_preprocessor(kind)
    resources = {
        "unique_key": names["notebook"],
        "output_files_dir": f"{names['notebook']}_files",
        "nbgrader": {**names, "db_url": coursedir.db_url},
    }
    kept, _ = exporter.from_notebook_node(notebook, resources)
    return str(kept)
