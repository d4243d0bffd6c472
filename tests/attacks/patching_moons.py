"""Modules changed from a cell of 01_moons: scikit-learn, the helpers, the recorder, torch."""

from __future__ import annotations

from functools import partial

from tests.attacks.attack import Attack

_moons = partial(Attack, kind="modules patched", notebook="01_moons")
#: Untrained, and everything else right.
_UNTRAINED = {"moons_train": "print('nothing to do')"}
_TRAINING = ("moons_train_progress", "moons_train_accuracy")

ATTACKS = [
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
        before="""import helpers.accuracy, helpers.data, autograder.checks.datasets as tasks
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
        answers={
            "moons_train": """import weakref
from autograder.checks.recorder.steps import StepRecord
from autograder.checks.recorder.watch import RECORDER, Run
record = StepRecord(torch.optim.Adam, dict(lr=0.01), steps=300)
record.parameters = tuple(map(weakref.ref, moon_model.parameters()))
table = '\\n'.join(f'Epoch {n}: 0.{n} 0.9 0.{n} 0.9' for n in range(0, 300, 10))
RECORDER.runs.append(Run('4b', False, text=table, steps=[record]))
axes = [dict(title='x', x='a', y='b', points=len(rows), regions=1, places=rows.numpy())
        for rows in (X_train, X_test)]
RECORDER.runs.append(Run('5', False, axes=axes))""",
            "moons_plot": "print('no picture')",
        },
        lost=(*_TRAINING, "moons_plot"),
    ),
    _moons(
        name="recorder-asked-about-another",
        note="the recorder is replaced by an object of the learner's own",
        above="moons_train",
        before="""import autograder.checks.recorder.watch as r
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
]
