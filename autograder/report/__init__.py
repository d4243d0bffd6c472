"""What learners and instructors read after grading: a page for each learner, one for the class.

Comes in: records, evidence and what counts by the gradebook. Goes out: pages of HTML. Nothing is
run, and nothing here changes a mark.

`gather` reads records, evidence and gradebook into what `seen` describes; `curves` and `pictures`
draw; `pages` writes HTML.
"""
