"""A clean released notebook, filled with the learner's answers; what was mended is told.

Comes in: a `SubmittedCells` and a `Template`. Goes out: `Mended`, a notebook to run with notes and
flags. It is text work: nothing runs, and nothing here knows what earns points.
"""
