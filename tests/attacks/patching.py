"""Modules changed from a cell before exercise 6: ours, torch, NumPy, Python itself."""

from __future__ import annotations

from functools import partial

from tests.attacks.attack import Attack

_patched = partial(Attack, kind="modules patched")

ATTACKS = [
    _patched(
        name="judges-patched",
        note="our judges say correct",
        before="""import autograder.checks as c, autograder.checks.registry as r
import autograder.checks.judges.tanh as t
from autograder.checks.words.verdict import correct
c.judge = t.judge_values = r.judge = lambda *a: correct('tanh_values_right', largest='0')
for kind in r.KINDS.values():
    object.__setattr__(kind, 'judge', r.judge)""",
    ),
    _patched(
        name="collectors-patched",
        note="our collectors look at the library's tanh",
        before="""import autograder.checks.judges.tanh as e, autograder.checks.registry as r
real = e.collect
def forged(part, names, runs, asked):
    return {**real(part, {**names, 'tanh': lambda x: torch.tanh(x)}, runs, asked), 'seen': []}
e.collect = r.collect = forged
for kind in r.KINDS.values():
    object.__setattr__(kind, 'collect', forged)""",
    ),
    _patched(
        name="packing-patched",
        note="evidence is packed as nothing",
        before="import autograder.checks.evidence.packing as p\n"
        "p.pack = lambda evidence: '{}'\np.unpack = lambda text: {}",
    ),
    _patched(
        name="bars-lowered",
        note="every tolerance and every bar of ours is changed",
        before="""import autograder.checks.judges.tanh as t, autograder.checks.datasets as tasks
t.TOLERANCE = t.SLOPE_TOLERANCE = 1e9
t.LIBRARY = frozenset()""",
    ),
    _patched(
        name="module-in-our-place",
        note="a module of the learner's own bears our module's name",
        before="""import sys, types
fake = types.ModuleType('autograder.checks.registry')
fake.collect = fake.judge = fake.questions = lambda *a: {}
sys.modules['autograder.checks.registry'] = fake
import autograder.checks
autograder.checks.check = autograder.checks.check_fresh = lambda *a: None""",
    ),
    _patched(
        name="import-hook",
        note="an importer of the learner's own hands out our modules",
        before="""import sys, importlib.machinery, importlib.util, types
class Loader:
    def create_module(self, spec):
        return types.ModuleType(spec.name)
    def exec_module(self, module):
        module.collect = module.pack = module.unpack = module.check = lambda *a, **k: {}
        module.check_fresh = module.start = module.summary = module.check
        module.__path__ = []
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split('.')[0] in ('autograder', 'helpers'):
            return importlib.machinery.ModuleSpec(name, Loader())
sys.meta_path.insert(0, Finder)
for name in [n for n in sys.modules if n.startswith('autograder')]:
    del sys.modules[name]
import autograder.checks""",
    ),
    _patched(
        name="files-in-our-place",
        note="files named as our modules, torch and json lie first on the path",
        before="""import os, sys
for name in ('autograder', 'autograder/checks', 'helpers'):
    os.makedirs(name, exist_ok=True)
text = 'def __getattr__(name):\\n    return lambda *a, **k: {}\\n'
for name in ('autograder/__init__', 'autograder/checks/__init__', 'autograder/checks/registry',
             'autograder/checks/packing', 'helpers/__init__', 'torch', 'json', 'zlib', 'base64'):
    open(name + '.py', 'w').write(text)
sys.path.insert(0, os.getcwd())
for name in [n for n in sys.modules if n.startswith(('autograder', 'helpers'))]:
    del sys.modules[name]
import autograder.checks""",
    ),
    _patched(
        name="customised-at-start",
        note="sitecustomize, usercustomize and IPython's start files are written",
        before="""import os, pathlib
text = 'import builtins; builtins.passed = True'
for name in ('sitecustomize.py', 'usercustomize.py', '.ipython/profile_default/startup/00.py',
             '.config/matplotlib/matplotlibrc', '.pythonrc', 'nbgrader_config.py'):
    path = pathlib.Path.home() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)""",
    ),
    _patched(
        name="numpys-tanh-is-the-identity",
        note="what the answer is compared with is changed",
        before="import numpy as np\nnp.tanh = torch.tanh = lambda x: x\n"
        "np.ptp = lambda x: 1\nnp.array_equal = lambda *a: False",
    ),
    _patched(
        name="comparisons-agree",
        note="NumPy's and Python's comparisons always agree",
        before="""import builtins, numpy as np, torch
np.allclose = np.array_equal = torch.allclose = torch.equal = lambda *a, **k: True
np.isclose = lambda a, b, **k: np.ones(np.shape(a), bool)
np.abs = np.absolute = lambda x: np.zeros(np.shape(x))
builtins.AssertionError = builtins.Exception = type('Never', (BaseException,), {})""",
    ),
    _patched(
        name="tensors-lie-about-their-values",
        note="Tensor.numpy and friends give what was wanted, whatever the tensor holds",
        before="""import numpy as np
asked = []
from_numpy, to_numpy = torch.from_numpy, torch.Tensor.numpy
def remember(array):
    asked.append(np.array(array, dtype=np.float64))
    return from_numpy(array)
def lie(self, *args, **kwargs):
    real = to_numpy(self, *args, **kwargs)
    if self.dtype != torch.float64 or not asked or real.shape != asked[-1].shape:
        return real
    right = 1 - 2 / (np.exp(2 * asked[-1].astype(float)) + 1)
    return 1 - right ** 2 if np.allclose(real, 1) else right
torch.from_numpy, torch.Tensor.numpy = remember, lie""",
    ),
    _patched(
        name="exec-patched",
        note="the text that the grader sends is run, and asked about another function",
        before="""import builtins
real = builtins.exec
def forged(source, space=None, *args):
    real(source, space, *args)
    if isinstance(space, dict) and 'evidence_of' in space:
        ask = space['evidence_of']
        space['evidence_of'] = lambda check, names, *rest: ask(
            check, {**names, 'tanh': lambda x: 2 * torch.sigmoid(2 * x) - 1}, *rest)
builtins.exec = forged""",
    ),
    _patched(
        name="collectors-patched-while-they-ask",
        note="the answer, when it is asked, has what asks pack something else",
        lost=None,
        answers={
            "tanh": """import importlib
def tanh(x):
    p = importlib.import_module('auto' 'grader.checks.evidence.packing')
    if not hasattr(p, 'real'):
        p.real = p._plain
        p._plain = lambda value: p.real(
            {**value, 'seen': []} if isinstance(value, dict) and 'seen' in value else value)
    return torch.tanh(x)"""
        },
    ),
]
