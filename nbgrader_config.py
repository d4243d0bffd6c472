"""nbgrader's settings for this course. `nbgrader` and formgrader read it from this folder."""

import logging
import os
import sys
import warnings
from pathlib import Path

from autograder.course.nbgrader_log import keep_plain

c = get_config()
HERE = Path(__file__).resolve().parent

c.CourseDirectory.course_id = "moons-and-spirals"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# Learners' work and marks live together in one folder that git ignores.
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.solution_directory = "grading/solution"
(HERE / "grading").mkdir(exist_ok=True)
c.CourseDirectory.db_url = f"sqlite:///{(HERE / 'grading' / 'gradebook.db').as_posix()}"

# One kind of blank everywhere. It runs and shows nothing; the check below it says "Not started".
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\npass"}
# Learners' setup cell and links, from the address in pyproject.toml; then nbgrader's own steps.
# c.Stamp.repository, c.Stamp.revision = "https://github.com/OWNER/NAME", "a-tag"
c.GenerateAssignment.preprocessors = [
    "autograder.release.stamp.Stamp",
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# A check cell that a learner deleted is put back, so that it can still be earned.
c.OverwriteCells.add_missing_cells = True

# Notebooks are mended, run in the sandbox and put on record as by `autograder grade`; the rest of
# these lists is nbgrader's own.
c.Autograde.sanitize_preprocessors = [
    "autograder.nbgrader_steps.autograde.Mend",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_steps.autograde.SandboxedExecute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
    "autograder.nbgrader_steps.autograde.Conclude",
]
# Pages that show a learner's notebook, in formgrader and as feedback: nothing of it runs there.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.preprocessors = ["autograder.nbgrader_steps.html.Inert"]
c.HTMLExporter.filters = {
    "clean_html": "autograder.nbgrader_steps.html.clean",
    "markdown2html": "autograder.nbgrader_steps.html.markdown",
    "highlight_code": "autograder.nbgrader_steps.plain.code",
    "ansi2html": "autograder.nbgrader_steps.plain.colours",
}
# Feedback shows no hidden tests; the rest of the list is nbgrader's own.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    "autograder.nbgrader_steps.hide_tests.HideTests",
]
# Of other files that were handed in, those that a browser would run are not passed on.
_RUN_BY_BROWSERS = [
    *("htm", "html", "js", "mht", "mhtml", "mjs", "rdf", "shtml"),
    *("svg", "swf", "wsdl", "xht", "xhtml", "xml", "xpdl", "xsl"),
]
c.CourseDirectory.ignore = [
    *(".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"),  # nbgrader's own
    *("*." + "".join(f"[{x}{x.upper()}]" for x in ending) for ending in _RUN_BY_BROWSERS),
]
# `nbgrader validate` runs a notebook without the sandbox, within these seconds.
c.Execute.timeout = 120
c.Execute.iopub_timeout = 30
# The sandbox: examples, and the defaults. See also `autograder doctor`.
# c.Sandbox.require = ["full"]  # or layers by name: refuse to grade without them
# c.Sandbox.hide = ["/path/to/private/tests"]
# c.Sandbox.cell_seconds, c.Sandbox.notebook_seconds = 120, 300
# c.Sandbox.memory, c.Sandbox.processes = 4 * 2**30, 64
# c.Sandbox.output, c.Sandbox.file_size, c.Sandbox.disk = 4 * 2**20, 50_000_000, 512 * 2**20
# c.Sandbox.warm = True  # fork kernels from one process that has imported torch, on Linux

# What being late costs; days have begun, and `bank_days` are for nothing in the whole course.
# c.AssignLatePenalties.plugin_class = "autograder.late.LatePolicy"
# c.LatePolicy.grace_minutes, c.LatePolicy.percent_a_day, c.LatePolicy.cap_percent = 30, 10, 50
# c.LatePolicy.bank_days, c.LatePolicy.extensions = 3, {"ada": 2, "ben": {"classification": 7}}

# Messages between grader and kernel are encrypted; nbgrader would warn at each kernel otherwise.
c.KernelManager.transport_encryption = "required"

# nbgrader 0.9.6 asks SQLAlchemy for objects that it has already let go; nothing is lost.
warnings.filterwarnings("ignore", message="Object of type .* not in session")


keep_plain()  # names of files and learners are text in the log


def _worth_saying(record):
    # Said of every check cell with hidden tests, in every submission, because they are put back.
    return "Attribute 'checksum' for cell" not in record.getMessage()


for _application in ("AutogradeApp", "NbGraderApp", "NbGrader", "ServerApp", "LabApp"):
    logging.getLogger(_application).addFilter(_worth_saying)

# nbgrader calls `alembic` through PATH, also when the environment has not been activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
# torch's idle threads spin, and slow a machine that runs several kernels.
os.environ.setdefault("OMP_NUM_THREADS", "1")
