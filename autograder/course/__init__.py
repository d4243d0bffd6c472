"""What was released: the course's folders, its notebooks as templates to fill, earlier releases.

Comes in: `solutions/`, `notebooks/`, what nbgrader knows of them. Goes out: `Lessons` of
`Template`s. It knows nothing of learners, of what they hand in, and of marks.
"""
