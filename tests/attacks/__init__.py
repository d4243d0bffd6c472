"""Attacks on the grader, honest learners beside them, and the table that compares two graders."""
