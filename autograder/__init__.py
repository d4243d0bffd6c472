"""Judges the notebooks: evidence, verdict, grade, report.

Only `autograder.checks` runs beside a learner's code and is light enough for Colab; everything
else needs the `[autograder]` extra (nbgrader and its company).
"""
