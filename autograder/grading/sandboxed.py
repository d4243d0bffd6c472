"""nbgrader's own `autograde`, in the command and in formgrader, with learners' code in the sandbox.

`nbgrader_config.py` names the class here in the place of nbgrader's `Execute`.
"""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.grading.execute import run_notebook


class SandboxedExecute(NbGraderPreprocessor):
    """Runs every cell behind the same layers and limits as `autograder grade` does."""

    #: `autograder grade` has run the notebook by itself, and leaves this step out.
    runs_code = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Run the notebook; nbgrader gives the learner's file, its locked cells put back."""
        return run_notebook(nb, config=self.config), resources
