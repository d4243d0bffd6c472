"""`protect` under the name that courses' configurations have for it; see `nbgrader_steps`."""

from autograder.nbgrader_steps.protect import protect

__all__ = ["protect"]
