"""From a submitted notebook to marks, by nbgrader's own pieces. Needs the `[autograder]` extra."""
