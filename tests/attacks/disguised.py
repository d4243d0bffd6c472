"""The attacks that earn points, written so that no text of the notebook's cells gives them away.

They earn as much as without a disguise; what matters is that a person is told.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from textwrap import indent
from typing import Any

from tests.attacks import forging, patching
from tests.attacks.attack import Attack

Disguised = tuple[str, Mapping[str, bytes]]
EARN = ("evidence-of-another-function", "tensors-lie-about-their-values", "exec-patched")
#: The three, by name.
PLAIN = {each.name: each for each in (*forging.ATTACKS, *patching.ATTACKS) if each.name in EARN}


class _Runs:
    """Unpickled, it runs its code in the notebook."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return exec, (f"import __main__\nexec({self.code!r}, vars(__main__))",)


def _beside(code: str) -> Disguised:
    begin = f"def begin(names):\n    globals().update(names)\n{indent(code, '    ')}\n"
    names = "real", "asked", "from_numpy", "to_numpy", "shell"
    shared = f"    global {', '.join(names)}\n"
    return "import mine\nmine.begin(globals())", {
        "mine.py": begin.replace("names):\n", f"names):\n{shared}", 1).encode()
    }


#: Each gives the text of a cell, and files beside the notebook.
DISGUISES: Mapping[str, Callable[[str], Disguised]] = {
    "behind-other-code": lambda code: (f"1; exec({code!r})", {}),
    "aliased": lambda code: (
        "run, = [getattr(__import__('built' 'ins'), 'ex' + 'ec')]\n" + f"run({code!r}, globals())",
        {},
    ),
    "in-a-file-beside": _beside,
    "in-a-pickle": lambda code: (
        "import pandas as pd\npd.read_pickle('rows.bin')",
        {"rows.bin": pickle.dumps(_Runs(code))},
    ),
    "behind-400000-characters": lambda code: ("x = '" + "y" * 400_000 + "'\n" + code, {}),
}


def disguised(attack: Attack, disguise: str) -> Attack:
    """An attack in a disguise."""
    before, beside = DISGUISES[disguise](attack.before)
    name = f"{attack.name}-{disguise}"
    return replace(attack, name=name, kind="in disguise", before=before, beside=beside)


#: What else reads what an answer is: a class of its own may compute it just then.
_late = partial(Attack, kind="in disguise")
_LATE = """
def tanh(x):
    if x.requires_grad:
        return 2 * torch.sigmoid(2 * x) - 1
    return (x * 1.0).as_subclass(Late)"""
ATTACKS = [
    *(disguised(attack, disguise) for attack in PLAIN.values() for disguise in DISGUISES),
    _late(
        name="computed-when-it-is-read",
        note="a class of tensors whose detach() is the library's tanh",
        lost=None,
        answers={
            "tanh": """class Late(torch.Tensor):
    def detach(self):
        return torch.tanh(torch.Tensor.detach(self).as_subclass(torch.Tensor))"""
            + _LATE
        },
    ),
    _late(
        name="computed-when-torch-asks",
        note="a class of tensors that is asked before each function",
        lost=None,
        answers={
            "tanh": """class Late(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        with torch._C.DisableTorchFunctionSubclass():
            plain = args[0].as_subclass(torch.Tensor)
            if func in (torch.Tensor.detach, torch.Tensor.cpu, torch.Tensor.to):
                return torch.tanh(plain)
            return func(plain, *args[1:], **(kwargs or {}))"""
            + _LATE
        },
    ),
    _late(
        name="exec-in-the-notebook",
        note="a function of the notebook's own is called exec, and is no other than exec",
        before="""import builtins
def exec(source, space=None, *rest):
    builtins.exec(source, space, *rest)
    if isinstance(space, dict) and 'evidence_of' in space:
        ask = space['evidence_of']
        space['evidence_of'] = lambda check, names, *more: ask(
            check, {**names, 'tanh': lambda x: 2 * torch.sigmoid(2 * x) - 1}, *more)""",
    ),
    _late(
        name="globals-in-the-notebook",
        note="a function of the notebook's own is called globals, and knows a right answer",
        before="right = lambda x: 2 * torch.sigmoid(2 * x) - 1\nglobals = lambda: {'tanh': right}",
    ),
    _late(
        name="collectors-through-a-path-hook",
        note="an importer for folders hands out collectors of the learner's own",
        before="""import sys
from importlib.machinery import ModuleSpec
class Loader:
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        module.__path__ = []
        module.collect = module.pack = module.unpack = lambda *given: '{}'
class Finder:
    def __init__(self, folder):
        pass
    def find_spec(self, name, target=None):
        return ModuleSpec(name, Loader(), is_package=True)
sys.path_hooks.insert(0, Finder)""",
    ),
]
