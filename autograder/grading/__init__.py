"""Names that configurations of earlier releases have for our steps: they go on working.

The modules of this package have moved. A configuration names few of them, as text, and here each
is a module that looks its object up in its new place.
"""

import sys
from types import ModuleType

from traitlets.utils.importstring import import_item

_MOVED = {
    "stamping.Stamp": "autograder.release.stamp.Stamp",
    "sandboxed.Mend": "autograder.nbgrader_steps.autograde.Mend",
    "sandboxed.SandboxedExecute": "autograder.nbgrader_steps.autograde.SandboxedExecute",
    "sandboxed.Conclude": "autograder.nbgrader_steps.autograde.Conclude",
    "hidden.HideTests": "autograder.nbgrader_steps.hide_tests.HideTests",
    "inert.Inert": "autograder.nbgrader_steps.html.Inert",
    "clean_html.clean": "autograder.nbgrader_steps.html.clean",
    "clean_html.markdown": "autograder.nbgrader_steps.html.markdown",
}


def _module(name: str) -> ModuleType:
    module = ModuleType(f"{__name__}.{name}")

    def look_up(attribute: str) -> object:
        if (place := _MOVED.get(f"{name}.{attribute}")) is None:
            raise AttributeError(f"{module.__name__}.{attribute} is no more.")
        return import_item(place)

    module.__dict__["__getattr__"] = look_up
    return module


for _name in {each.partition(".")[0] for each in _MOVED}:
    sys.modules[f"{__name__}.{_name}"] = _module(_name)
