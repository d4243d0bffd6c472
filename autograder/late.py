"""The late policy under the name that courses' configurations have for it; see `nbgrader_steps`."""

from autograder.nbgrader_steps.late import LatePolicy

__all__ = ["LatePolicy"]
