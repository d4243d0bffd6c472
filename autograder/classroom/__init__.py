"""What a teacher does: plan, enter, decide, regrade, explain.

Comes in: an assignment's name. Goes out: marks in the gradebook, and what needs a person.
It prints nothing: the commands do.
"""
