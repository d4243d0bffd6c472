"""Marks of a class, in nbgrader's database; the one way in.

Comes in: marks of notebooks, decisions of persons. Goes out: what counts, for whom, and why.
It knows nothing of kernels, workers or commands. In all of it, `gradebook` is nbgrader's, in a
transaction, and `session` is its; `students` are some learners only, or None for all.
"""
