"""Makes a process one that workers are forked from: it imports all that grading a notebook needs.

It is imported by multiprocessing's fork server alone. What is here once, all workers share.
"""

import gc
import importlib
import signal

from autograder.imports import import_nbformat
from autograder.kernels import files

signal.signal(signal.SIGINT, signal.SIG_IGN)  # also while it imports: Ctrl-C is the grader's
import_nbformat()
for name in (
    *("torch", "sklearn.datasets", "sklearn.model_selection", "matplotlib"),
    *("autograder.checks.registry", "autograder.workers.job"),
):
    importlib.import_module(name)

files.project()

gc.collect()
gc.freeze()  # no collection in a worker goes through it, and copies its pages
