"""A sample class, graded by nbgrader's own pipeline. Needs the `[autograder]` extra."""
