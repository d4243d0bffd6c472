"""The `autograder` command: one module for each command, with its own arguments.

Comes in: words on a command line. Goes out: sentences, tables, JSON, an exit code.
Nothing is decided here.
"""
