"""nbgrader's log: plain to read, quiet while it runs in this process, and why it gave up."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from traitlets.log import get_logger

from autograder.console import shown

#: Whose logs nbgrader's steps write to: its commands, and the servers that formgrader is part of.
_APPLICATIONS = (
    "AutogradeApp", "CollectApp", "ExportApp", "GenerateFeedbackApp", "NbGrader", "NbGraderApp",
    "ReleaseFeedbackApp", "ZipCollectApp", "LabApp", "ServerApp",
)  # fmt: skip


def keep_plain() -> None:
    """Have nothing in nbgrader's log be obeyed or mistaken: learners chose names that it prints."""
    for name in _APPLICATIONS:
        logging.getLogger(name).addFilter(_plain)


def _plain(record: logging.LogRecord) -> bool:
    # What is further down in a message cannot be taken for a line of the log.
    record.msg, record.args = shown(record.getMessage()).replace("\n", "\n    "), ()
    return True


@contextmanager
def quiet() -> Iterator[io.StringIO]:
    """Take nbgrader's log, and silence what is no news to the reader; gives the log's errors."""
    log, text = cast(logging.Logger, get_logger()), io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setLevel(logging.ERROR)
    # Under an application (Jupyter, IPython) the log is that application's: put all of it back.
    handlers, propagate = list(log.handlers), log.propagate
    log.handlers, log.propagate = [handler], False
    try:
        with warnings.catch_warnings():
            # nbgrader asks SQLAlchemy for objects that it has already let go; nothing is lost.
            warnings.filterwarnings("ignore", message="Object of type .* not in session")
            yield text
    finally:
        log.handlers, log.propagate = handlers, propagate


def reason(log: str) -> str:
    """The last line of the first traceback in a log, or else the log's first line."""
    lines = [line.rstrip() for line in log.splitlines() if line.strip()]
    starts = [n for n, line in enumerate(lines) if line.startswith("Traceback")]
    if not starts:
        return lines[0] if lines else "nbgrader gave no reason"
    after = lines[starts[0] + 1 :]
    return next((line for line in after if not line.startswith(" ")), after[-1] if after else "")
