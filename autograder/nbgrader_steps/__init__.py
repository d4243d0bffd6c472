"""The same grading inside nbgrader's own commands and formgrader.

Comes in: what nbgrader hands to a step named in `nbgrader_config.py`. Goes out: the same notebook,
mended, run, judged, or made safe to look at. No step has a rule of its own.
"""
