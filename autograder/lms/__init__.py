"""In from, and out to, Moodle, Canvas and the others.

Comes in: archives and worksheets, none of them believed. Goes out: `grading/submitted/`, tables of
marks. It runs nothing and decides no mark.
"""
