"""From a submitted notebook to marks, by nbgrader's own pieces. Needs the `[autograder]` extra."""

import sys

# jsonschema, which nbformat brings, builds a grammar for internationalised addresses when it finds
# this package: a second of each process's start, for a format that no notebook's schema names.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
