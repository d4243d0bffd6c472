"""The mended notebook runs; evidence, verdicts and marks of one notebook.

Comes in: `Mended` and the instructor's settings. Goes out: `Evidence` and `Marks`.
It knows nothing of a class or a gradebook: `autograder check` needs no more than this.
"""
