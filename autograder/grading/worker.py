"""What workers are forked from: a process with all that grading a notebook imports.

It is imported by multiprocessing's fork server alone. What is here once, all workers share.
"""

import gc

import sklearn.datasets
import sklearn.model_selection
import torch

import autograder.checks.registry
import autograder.grading.work

__all__ = ["autograder", "sklearn", "torch"]

gc.collect()
gc.freeze()  # no collection in a worker goes through it, and copies its pages
