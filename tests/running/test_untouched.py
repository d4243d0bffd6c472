"""What is put in the place of a library's function is told in every disguise; habits are not."""

import json

import nbformat
import pytest
from traitlets.config import Config

from autograder.running.marks import read_marks
from autograder.running.notebook import RUN, run_notebook
from tests.attacks.attack import Attack
from tests.attacks.disguised import DISGUISES, PLAIN, disguised

RIGHT = "def tanh(x):\n    return 2 * torch.sigmoid(2 * x) - 1"


def flags(before="", answer=RIGHT, beside=None, config=None):
    """The messages of the run's flags, by code."""
    before = f"from torch import nn\n{before}"
    learner = Attack("learner", "made up", "", answers={"tanh": answer}, before=before)
    found = nbformat.reads(json.dumps(learner.handed_in({})), as_version=4)
    run = run_notebook(found, beside=beside, config=config)
    errors = [output for cell in run.cells for output in cell.get("outputs", [])
              if output.output_type == "error" and "own-cell" in cell.id]  # fmt: skip
    assert errors == []
    return {flag["code"]: flag["message"] for flag in run.metadata[RUN]["flags"]}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_the_exceptions_are_told_in_each_disguise(disguise):
    for attack in PLAIN.values():
        found = disguised(attack, disguise)
        assert "library_changed" in flags(found.before, beside=found.beside), attack.name


#: By what is named: what changes it.
CHANGES = {
    "torch.Tensor.numpy": "real = torch.Tensor.numpy\ntorch.Tensor.numpy = lambda x: real(x)",
    "torch.from_numpy": "real = torch.from_numpy\ntorch.from_numpy = lambda x: real(x)",
    "torch.nn.modules.module.Module.__call__": "nn.Module.__call__ = nn.Module._call_impl",
    "torch.nn.modules.module.Module._call_impl": (
        "nn.Module._call_impl.__code__ = (lambda self, *a, **k: None).__code__"),
    "copy.deepcopy": "import copy\nreal = copy.deepcopy\ncopy.deepcopy = lambda *a: real(*a)",
    "builtins.hash": "import builtins\nreal = hash\nbuiltins.hash = lambda x: real(x)",
    "json.dumps": "import json\nreal = json.dumps\njson.dumps = lambda *a, **k: real(*a, **k)",
    "numpy.tanh": "import numpy as np\nnp.tanh = np.sinh",
    "the notebook.ZMQInteractiveShell.user_expressions": (
        "shell = get_ipython()\nreal = shell.user_expressions\n"
        "shell.user_expressions = lambda asked: real(asked)"),
    "IPython.core.interactiveshell.InteractiveShell.user_expressions": (
        "kind = type(get_ipython()).__mro__[1]\nreal = kind.user_expressions\n"
        "kind.user_expressions = lambda self, asked: real(self, asked)"),
    "the notebook.answer to execute_request": (
        "answers = get_ipython().kernel.shell_handlers\nreal = answers['execute_request']\n"
        "answers['execute_request'] = lambda *given: real(*given)"),
    "the notebook.pre_execute": (
        "get_ipython().events.register('pre_execute', lambda: None)"),
    "torch.mode 0": (
        "from torch.overrides import TorchFunctionMode\nclass Mode(TorchFunctionMode):\n"
        "    def __torch_function__(self, func, types, args=(), kwargs=None):\n"
        "        return func(*args, **(kwargs or {}))\nMode().__enter__()"),
    "torch.aten/sinh/CPU": (
        "import torch.library\nmine = torch.library.Library('aten', 'IMPL')\n"
        "mine.impl('sinh', lambda x: x, 'CPU')"),
    "autograder.checks.recorder.watch.Recorder._after": (
        "import autograder.checks.recorder.watch as w\nreal = w.Recorder._after\n"
        "w.Recorder._after = lambda self, result: real(self, result)"),
    "the notebook.ZMQInteractiveShell's class": (
        "shell = get_ipython()\nclass Own(type(shell)): pass\nshell.__class__ = Own"),
    "Python's classes.class of torch": (
        "import types\nclass Own(types.ModuleType):\n    pass\ntorch.__class__ = Own"),
    "Python's classes.bases of torch.Tensor": (
        "class Mix:\n    pass\ntorch.Tensor.__bases__ = (Mix, *torch.Tensor.__bases__)"),
    "json._default_encoder.encode": (
        "import json\nreal = json._default_encoder.encode\n"
        "json._default_encoder.encode = lambda value: real(value)"),
    "json.dumps as it is by default": (
        "import json\nclass E(json.JSONEncoder):\n    pass\njson.dumps.__kwdefaults__['cls'] = E"),
    "torch.operator exp": (
        "import torch.library\nmine = torch.library.Library('aten', 'IMPL')\n"
        "mine.impl('exp', lambda x: x, 'CPU')"),
    "torch.name of aten.tanh": "torch.ops.aten.tanh.__name__ = 'exp'",
    "torch._ops.OpOverload.name": "type(torch.ops.aten.tanh.default).name = lambda self: 'exp'",
    "torch.trace of Python": "import sys\nsys.settrace(lambda *given: None)",
    "Python's modules.copy": (
        "import sys, types\nsys.modules['copy'] = fake = types.ModuleType('copy')\n"
        "fake.__dict__.update(vars(__import__('shutil')))"),
}  # fmt: skip


@pytest.mark.parametrize("first", range(0, len(CHANGES), 4))
def test_what_was_changed_is_named(first):
    names = list(CHANGES)[first : first + 4]
    # Each in names of its own.
    told = flags("\n".join(f"exec({CHANGES[name]!r}, {{**globals()}})" for name in names))
    assert [name for name in names if name.split(" as it")[0] not in told["library_changed"]] == []


#: What the notebook's own names hide: what is sent to the kernel uses none of them.
SHADOWS = {
    "exec": "def exec(source, space=None, *rest):\n    raise SystemExit",
    "globals": "def globals():\n    return {'tanh': lambda x: x}",
    "import": "__import__ = None",
    "all": "id = hash = vars = type = getattr = isinstance = sorted = map = tuple = None",
}


@pytest.mark.parametrize("code", SHADOWS.values(), ids=SHADOWS)
def test_names_of_ones_own_hide_nothing(code):
    learner = Attack("learner", "made up", "", answers={"tanh": f"{RIGHT}\n{code}"})
    run = run_notebook(nbformat.reads(json.dumps(learner.handed_in({})), as_version=4))
    marks = read_marks(run, "02_tanh")
    assert marks.score == 5
    assert marks.flags == []


def test_what_an_answer_changes_while_it_is_asked_is_seen():
    answer = (
        f"{RIGHT}\ndef tanh(x, right=tanh):\n    torch.Tensor.numpy = None\n    return right(x)"
    )
    assert "torch.Tensor.numpy" in flags(answer=answer)["library_changed"]


def test_a_small_limit_of_output_hides_nothing():
    config = Config()
    config.Sandbox.output = 10_000
    assert "numpy.tanh" in flags(CHANGES["numpy.tanh"], config=config)["library_changed"]


def test_a_kernel_that_says_nothing_of_it_is_told():
    silent = "get_ipython().user_expressions = lambda asked: {}"
    assert "library_changed" in flags(silent)


HABITS = {
    "settings": (
        "torch.set_default_dtype(torch.float64)\ntorch.set_default_dtype(torch.float32)\n"
        "torch.set_default_device('cpu')\ntorch.set_printoptions(precision=3)\n"
        "torch.manual_seed(1)\ntorch.use_deterministic_algorithms(True)\n"
        "torch.set_num_threads(1)\ntorch.backends.cudnn.benchmark = False\n"
        "import random, numpy as np\nrandom.seed(1)\nnp.random.seed(1)\nnp.set_printoptions()"),
    "magics": "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\n"
              "from IPython.core.interactiveshell import InteractiveShell\n"
              "InteractiveShell.ast_node_interactivity = 'all'\n"
              "%load_ext autoreload\n%autoreload 2\n%time x = 1",
    "imports": "import pandas, matplotlib.pyplot as plt, sklearn.metrics, torch.utils.data, "
               "torchmetrics, torch.nn.functional as F, scipy.stats, math, json, copy\n"
               "plt.plot([1, 2])\nplt.show()",
    "warnings": "import warnings, logging\nwarnings.filterwarnings('ignore')\n"
                "warnings.warn = lambda *given, **named: None\n"
                "logging.getLogger().setLevel('ERROR')",
    "streams": "import sys, io\nfrom contextlib import redirect_stdout\n"
               "with redirect_stdout(io.StringIO()):\n    print(1)\nsys.argv = ['']",
    "a hook": "model = nn.Linear(2, 2)\nmodel.register_forward_hook(lambda *given: None)\n"
              "model(torch.ones(1, 2))",
    "script and compile": "net = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Sigmoid())\n"
                          "torch.jit.script(net)\n"
                          "torch.save(nn.Linear(2, 2), 'model.pt')\n"
                          "torch.compile(nn.Linear(2, 2), backend='eager')(torch.ones(1, 2))",
    "own names": "print, max, torch_tensor = print, max, torch.tensor\nlist = [1]\nid = 5",
    "an autograd function": "class Double(torch.autograd.Function):\n    @staticmethod\n"
                            "    def forward(ctx, x):\n        return 2 * x\n"
                            "Double.apply(torch.ones(2))",
    "vmap and grad": "torch.func.vmap(torch.sin)(torch.ones(3, 2))\n"
                     "torch.func.grad(torch.sin)(torch.tensor(1.))",
    "an error shown": "try:\n    1 / 0\nexcept ZeroDivisionError:\n"
                      "    import traceback; traceback.print_exc()",
}  # fmt: skip


@pytest.mark.parametrize("warm", [True, False])
def test_habits_change_nothing(warm):
    assert flags("\n".join(HABITS.values()), config=kernels(warm)) == {}


def kernels(warm):
    config = Config()
    config.Sandbox.warm = warm
    return config


@pytest.mark.parametrize("warm", [True, False])
def test_no_file_beside_is_imported_before_the_first_look(warm):
    """Torch looks for modules that are not installed; a learner's files may be called so."""
    lie = b"import numpy\nnumpy.tanh = None\nraise ImportError"
    names = ("dill", "cuda", "pynvml", "opt_einsum", "tqdm", "torchcomms", "pytz", "sitecustomize2")
    beside = {f"{name}.py": lie for name in names}
    assert flags(beside=beside, config=kernels(warm)) == {}
    told = flags("try:\n    import dill\nexcept ImportError:\n    pass",
                 beside=beside, config=kernels(warm))  # fmt: skip
    assert "numpy.tanh" in told["library_changed"]
