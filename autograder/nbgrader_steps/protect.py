"""Three lines in an nbgrader course's `nbgrader_config.py` mend and sandbox what learners hand in.

    c = get_config()
    from autograder.any_course import protect
    protect(c)

They stand last in the file. `docs/any-course.md` says what changes, and how to leave again.
"""

from typing import Any

from nbconvert.preprocessors import ExecutePreprocessor
from nbgrader.converters import Autograde
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue
from traitlets.utils.importstring import import_item

from autograder.course.folders import protected
from autograder.course.nbgrader_log import keep_plain

_STEPS = "autograder.nbgrader_steps.autograde."


def protect(c: Config) -> None:
    """Put our steps between nbgrader's own; those that the course has chosen itself stay.

    Args:
        c: the course's settings, from `get_config()`.

    Raises:
        ValueError: the course has taken out the step that runs notebooks.
    """
    if protected(c):
        return
    keep_plain()
    c.AnyCourse.protected = True
    c.Autograde.sanitize_preprocessors = [f"{_STEPS}Mend", *_steps(c, "sanitize_preprocessors")]
    steps = _steps(c, "autograde_preprocessors")
    running = [n for n, step in enumerate(steps) if issubclass(_class(step), ExecutePreprocessor)]
    if not running:
        raise ValueError(
            "c.Autograde.autograde_preprocessors has no step that runs a notebook: "
            "put nbgrader.preprocessors.Execute back into it."
        )
    steps[running[0]] = f"{_STEPS}SandboxedExecute"
    c.Autograde.autograde_preprocessors = [*steps, f"{_STEPS}Conclude"]


def _steps(c: Config, name: str) -> list[Any]:
    """The course's own list of steps, or nbgrader's."""
    usual = list(Autograde.class_traits()[name].default())
    chosen = c.Autograde.get(name, usual)
    # `c.Autograde.NAME.append(...)` is kept until somebody asks.
    return list(chosen.get_value(usual) if isinstance(chosen, LazyConfigValue) else chosen)


def _class(step: Any) -> type:
    return import_item(step) if isinstance(step, str) else step
