"""Gradescope as a grader: a package to upload, and what runs there for each submission.

Comes in: released notebooks with whole check cells, never a solved one; there, what one learner has
handed in. Goes out: `autograder.zip`; there, `results.json`. It knows no gradebook and no class.
"""
