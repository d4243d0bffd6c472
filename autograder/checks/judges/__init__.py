"""One module for each kind of exercise: what is collected for it, and the verdict on that.

A judge is a pure function of evidence and seed, and runs in the learner's kernel and in the grader.
"""
