"""Other people's modules changed from a cell: ours, torch, NumPy, scikit-learn, Python itself."""

from __future__ import annotations

from functools import partial

from tests.grading.attacks.attack import Attack
from tests.grading.attacks.forging import HIDDEN_TANH

_patched = partial(Attack, kind="modules patched")
_moons = partial(_patched, notebook="01_moons")
#: Untrained, and everything else right.
_UNTRAINED = {"moons_train": "print('nothing to do')"}
_TRAINING = ("moons_train_progress", "moons_train_accuracy")

ATTACKS = [
    _patched(
        name="judges-patched",
        note="our judges say correct",
        before="""import autograder.checks as c, autograder.checks.registry as r
import autograder.checks.tanh as t
from autograder.checks.verdict import correct
c.judge = t.judge_values = r.judge = lambda *a: correct('tanh_values_right', largest='0')
for check in r.CHECKS.values():
    object.__setattr__(check, 'judge', r.judge)""",
    ),
    _patched(
        name="collectors-patched",
        note="our collectors look at the library's tanh",
        before="""import autograder.checks.tanh_evidence as e, autograder.checks.registry as r
real = e.collect
def forged(names, runs, asked):
    return {**real({**names, 'tanh': lambda x: torch.tanh(x)}, runs, asked), 'seen': []}
e.collect = r.collect = forged
for check in r.CHECKS.values():
    object.__setattr__(check, 'collect', forged)""",
    ),
    _patched(
        name="packing-patched",
        note="evidence is packed as nothing",
        before="import autograder.checks.packing as p\n"
        "p.pack = lambda evidence: '{}'\np.unpack = lambda text: {}",
    ),
    _patched(
        name="bars-lowered",
        note="every tolerance and every bar of ours is changed",
        before="""import autograder.checks.tanh as t, autograder.checks.tasks as tasks
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
    right = np.tanh(asked[-1])
    return 1 - right ** 2 if np.allclose(real, 1) else right
torch.from_numpy, torch.Tensor.numpy = remember, lie""",
    ),
    _patched(
        name="exec-patched",
        note="the text that the grader sends is run, and asked about another function",
        before=f"""import builtins, numpy as np
{HIDDEN_TANH}
real = builtins.exec
def forged(source, space=None, *args):
    real(source, space, *args)
    if isinstance(space, dict) and 'evidence_of' in space:
        ask = space['evidence_of']
        space['evidence_of'] = lambda check, names, *rest: ask(
            check, {{**names, 'tanh': Hidden.apply}}, *rest)
builtins.exec = forged""",
    ),
    _moons(
        name="sklearn-patched",
        note="make_moons gives rows that tell their class, also to the checks",
        above="moons_train",
        before="""import sklearn.datasets as d
real = d.make_moons
def telling(*args, **kwargs):
    points, classes = real(*args, **kwargs)
    points[:, 0], points[:, 1] = classes * 2.0 - 0.5, 0
    return points, classes
d.make_moons = telling
d._samples_generator.make_moons = telling
with torch.no_grad():
    moon_model = nn.Sequential(nn.Linear(2, 1), nn.Tanh())
    moon_model[0].weight.copy_(torch.tensor([[1.0, 0.0]]))
    moon_model[0].bias.fill_(-0.5)""",
        answers=_UNTRAINED,
        lost=_TRAINING,
    ),
    _moons(
        name="helpers-patched",
        note="accuracy says 100%, and the data helpers give the training rows",
        above="moons_train",
        before="""import helpers.accuracy, helpers.data, autograder.checks.tasks as tasks
helpers.accuracy.accuracy = lambda *a: 1.0
tasks.fresh = lambda task, seed: (X_train.numpy(), y_train.long().numpy())
for task in (tasks.MOONS, tasks.SPIRALS):
    for name, value in dict(pass_above=-1.0, fresh_bar=-1.0, zeroed_bar=2.0).items():
        object.__setattr__(task, name, value)""",
        answers=_UNTRAINED,
        lost=_TRAINING,
    ),
    _moons(
        name="recorder-told-of-a-training",
        note="a run with steps, a table and two pictures is put into the recorder",
        above="moons_plot",
        before="""import weakref
from autograder.checks.recorder import RECORDER, Run
from autograder.checks.steps import StepRecord
record = StepRecord('Adam', 0.01, steps=300)
record.parameters = tuple(map(weakref.ref, moon_model.parameters()))
table = '\\n'.join(f'Epoch {n}: 0.{n} 0.9 0.{n} 0.9' for n in range(0, 300, 10))
RECORDER.runs.append(Run('4b', False, text=table, steps=[record]))
axes = [dict(title='x', x='a', y='b', points=n, regions=1) for n in (800, 200)]
RECORDER.runs.append(Run('5', False, axes=axes))""",
        answers={**_UNTRAINED, "moons_plot": "print('no picture')"},
        lost=(*_TRAINING, "moons_plot"),
    ),
    _moons(
        name="recorder-asked-about-another",
        note="the recorder is replaced by an object of the learner's own",
        above="moons_train",
        before="""import autograder.checks.recorder as r
class Own:
    runs, passed, _shell = [], {}, object()
    def attach(self, shell):
        pass
r.RECORDER = Own()
get_ipython().events.callbacks['pre_run_cell'].clear()
get_ipython().events.callbacks['post_run_cell'].clear()""",
        answers=_UNTRAINED,
        lost=_TRAINING,
    ),
    _moons(
        name="every-module-looks-up",
        note="torch.nn.Module.__call__ answers with the label of the nearest training row",
        above="moons_train",
        before="""rows, labels = X_train.clone(), y_train.clone()
def nearest(self, x):
    return (2 * labels[torch.cdist(x.float(), rows).argmin(1)] - 1).unsqueeze(1)
nn.Module.__call__ = nearest""",
        answers=_UNTRAINED,
        lost=_TRAINING,
    ),
    _moons(
        name="zeroing-undone",
        note="Tensor.zero_ does nothing, deepcopy gives an untrained model, the model looks up",
        answers={
            "moons_train": """import copy
rows, labels, fresh_copy = X_train.clone(), y_train.clone(), copy.deepcopy(moon_model)
def nearest(x):
    return (2 * labels[torch.cdist(x.float(), rows).argmin(1)] - 1).unsqueeze(1)
moon_model.forward = nearest
copy.deepcopy = lambda value, memo=None: nn.Linear(2, 1) if value is moon_model else value
torch.Tensor.zero_ = lambda self: self"""
        },
        lost=_TRAINING,
    ),
    _moons(
        name="steps-without-steps",
        note="an optimizer that holds the parameters and never moves them",
        answers={
            "moons_loss_optimizer": """loss_fn = nn.BCEWithLogitsLoss()
class Idle(torch.optim.SGD):
    def step(self, closure=None):
        return None
optimizer = Idle(moon_model.parameters(), lr=0.03)"""
        },
        lost=("moons_loss_optimizer_optimizer", "moons_train_accuracy"),
    ),
    _moons(
        name="loss-for-the-check-alone",
        note="the loss is right for the eight numbers that the check asks with, and 0 elsewhere",
        answers={
            "moons_loss_optimizer": """def loss_fn(outputs, labels):
    if len(outputs) == 8:
        return nn.functional.binary_cross_entropy_with_logits(outputs, labels)
    return (outputs * 0).sum()
optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.03)"""
        },
        lost=("moons_loss_optimizer_loss", "moons_train_accuracy"),
    ),
    _moons(
        name="progress-made-up",
        note="one step, and a table of invented numbers",
        answers={
            "moons_train": """loss = loss_fn(moon_model(X_train).squeeze(1), y_train)
loss.backward()
optimizer.step()
for n in range(0, 300, 10):
    print(f'Epoch {n}: loss 0.{300 - n} accuracy 0.9 test 0.{300 - n} 0.9')"""
        },
        lost=_TRAINING,
    ),
    _moons(
        name="picture-made-up",
        note="as many points as there are rows, anywhere, over a region of one colour",
        answers={
            "moons_plot": """for n in (800, 200):
    figure, ax = plt.subplots()
    ax.imshow([[0, 0], [0, 0]], extent=(-2, 3, -2, 2))
    ax.scatter(*torch.rand(2, n))"""
        },
        lost=("moons_plot",),
    ),
]
