"""Spares a process of ours an import that costs a second and that grading never uses."""

import sys

_GRAMMAR = "rfc3987_syntax"


def import_nbformat() -> None:
    """Import nbformat, and jsonschema with it, without the grammar of addresses in all scripts.

    jsonschema builds that where it finds the package, for a format that no notebook's schema
    names. For commands that grade and end, and their workers: a server checks addresses.
    """
    if _GRAMMAR in sys.modules:
        return
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment] # "there is no such module"
    try:
        import nbformat  # noqa: F401
    finally:
        del sys.modules[_GRAMMAR]  # whoever asks for it later gets it
