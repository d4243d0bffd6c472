"""A sample class, graded by nbgrader's own pipeline. Needs the `[autograder]` extra.

Comes in: `answers/`. Goes out: a course in build/, its marks and its report. Grading does not know
that there is a sample.
"""
