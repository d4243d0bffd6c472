"""What workers are forked from: a process with all that grading a notebook imports.

It is imported by multiprocessing's fork server alone. What is here once, all workers share.
"""

import gc
import importlib
import sys

# scikit-learn imports pandas, 30 MB of it, where it finds it, to know its tables by their class.
sys.modules["pandas"] = None  # type: ignore[assignment]
for name in ("sklearn.datasets", "sklearn.model_selection"):
    importlib.import_module(name)
del sys.modules["pandas"]

for name in ("torch", "autograder.checks.registry", "autograder.grading.work"):
    importlib.import_module(name)

gc.collect()
gc.freeze()  # no collection in a worker goes through it, and copies its pages
