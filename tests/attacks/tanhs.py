"""The library's tanh by every road. Its values are right; that it is the learner's own is not.

An honest judge gives nothing for it; what leaves torch, a stored table too, earns its values.
"""

from __future__ import annotations

from tests.attacks.attack import Attack

#: The library's tanh where no operation is seen, with its slopes: for attacks that forge.
HIDDEN_TANH = """class Hidden(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.from_numpy(np.tanh(x.detach().numpy()))
        ctx.save_for_backward(y)
        return y
    @staticmethod
    def backward(ctx, g):
        return g * (1 - ctx.saved_tensors[0] ** 2)
"""
ALL = ("tanh_values", "tanh_gradient", "tanh_pure", "tanh_stable")


def _road(name: str, source: str, *, lost: tuple[str, ...] = ALL) -> Attack:
    return Attack(
        f"tanh-{name}", "library tanh", f"tanh: {name.replace('-', ' ')}",
        answers={"tanh": source}, lost=lost,
    )  # fmt: skip


def _returns(expression: str) -> str:
    return f"def tanh(x):\n    return {expression}"


def _with_slopes(imports: str, values: str) -> str:
    """Values from anywhere, with the slopes of tanh written by hand; `v` is a list of numbers."""
    return f"""{imports}
class Own(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        v = x.detach().flatten().tolist()
        y = torch.tensor({values}, dtype=x.dtype).reshape(x.shape)
        ctx.save_for_backward(y)
        return y
    @staticmethod
    def backward(ctx, g):
        return g * (1 - ctx.saved_tensors[0] ** 2)
def tanh(x):
    return Own.apply(x)"""


_OFF = "from torch.utils._python_dispatch import _disable_current_modes\nimport numpy as np\n"

ATTACKS = [
    _road("as-numbers-in-operations", """import math
def tanh(x):
    out = []
    for p in x.flatten():
        v = math.tanh(p.item())
        out.append((p - p.detach()) * (1 - v * v) + v)
    return torch.stack(out).reshape(x.shape)"""),
    _road("in-an-operator-of-ones-own", """@torch.library.custom_op('mine::f', mutates_args=())
def f(x: torch.Tensor) -> torch.Tensor:
    return torch.tanh(x)
f.register_autograd(lambda ctx, g: g * (1 - ctx.saved_tensors[0] ** 2),
                    setup_context=lambda ctx, inputs, output: ctx.save_for_backward(output))
tanh = f"""),
    _road("as-memory-under-a-tensor", """from torch.utils._python_dispatch import (
    _disable_current_modes)
class Under(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        with _disable_current_modes():
            y = torch.tanh(x)
        t = torch.empty(0)
        t.set_(y.untyped_storage(), 0, y.shape, y.stride())
        ctx.save_for_backward(t)
        return t
    @staticmethod
    def backward(ctx, g):
        return g * (1 - ctx.saved_tensors[0] ** 2)
tanh = Under.apply"""),
    _road("under-another-name", """torch.ops.aten.tanh.__name__ = 'exp'
torch.ops.aten.tanh_backward.__name__ = 'exp'
tanh = lambda x: torch.tanh(x)"""),
    _road("in-halves", """import numpy as np
def tanh(x):
    values = np.tanh(x.detach().flatten().numpy())
    halves = [torch.from_numpy(half) for half in np.array_split(values, 2)]
    return torch.cat(halves).reshape(x.shape)"""),
    _road("in-much-memory", """import numpy as np
store = torch.zeros(300_000)
def tanh(x):
    store.mul_(1)
    store.numpy()[:x.numel()] = np.tanh(x.detach().flatten().numpy())
    return store[:x.numel()].reshape(x.shape).clone()"""),
    _road("with-modes-off", f"""{_OFF}def tanh(x):
    with _disable_current_modes():
        y = torch.tanh(x)
    return y * 1"""),
    _road("with-modes-off-and-in-quarters", f"""{_OFF}def tanh(x):
    with _disable_current_modes():
        parts = torch.tanh(x.flatten()).chunk(4)
    return torch.cat(parts).reshape(x.shape)"""),
    _road("through-a-sparse-tensor", f"""{_OFF}def tanh(x):
    with _disable_current_modes():
        y = torch.tanh(x.detach()).to_sparse()
    return y.to_dense()"""),
    _road("in-an-argument", """def tanh(x):
    one = torch.ones(1, 1)
    rows = x.detach().reshape(-1, 1)
    return torch.ops.mkldnn._linear_pointwise(rows, one, None, 'tanh', [], '').reshape(x.shape)"""),
    _road("of-torch", _returns("torch.tanh(x)")),
    _road("of-the-tensor", _returns("x.tanh()")),
    _road("itself", "tanh = torch.tanh"),
    _road("as-a-layer", _returns("torch.nn.Tanh()(x)")),
    _road("of-functional", _returns("torch.nn.functional.tanh(x)")),
    _road("of-aten", _returns("torch.ops.aten.tanh(x)")),
    _road("of-aten-by-overload", _returns("torch.ops.aten.tanh.default(x)")),
    _road("of-the-c-functions", _returns("torch._C._VariableFunctions.tanh(x)")),
    _road("in-place-on-a-copy", _returns("x.clone().tanh_()")),
    _road("into-an-output", _returns("torch.tanh(x.detach(), out=torch.empty_like(x))")),
    _road("by-a-split-name", _returns("getattr(torch, 'ta' + 'nh')(x)")),
    _road("by-a-reversed-attribute", _returns("getattr(x, 'hnat'[::-1])()")),
    _road("of-a-list-of-tensors", _returns("torch._foreach_tanh([x])[0]")),
    _road("scripted", "@torch.jit.script\ndef tanh(x):\n    return torch.tanh(x)"),
    _road("traced", "tanh = torch.jit.trace(lambda x: torch.tanh(x), torch.zeros(3))"),
    _road("compiled", "@torch.compile(backend='eager')\ndef tanh(x):\n    return torch.tanh(x)"),
    _road("vectorised", "tanh = torch.vmap(torch.tanh)"),
    _road("of-the-references", "import torch._refs\ntanh = torch._refs.tanh"),
    _road("in-a-recurrent-cell", """cell = torch.nn.RNNCell(1, 1)
with torch.no_grad():
    for p in cell.parameters():
        p.zero_()
    cell.weight_ih.fill_(1)
def tanh(x):
    return cell(x.reshape(-1, 1)).reshape(x.shape)"""),
    _road("in-a-recurrent-layer", """layer = torch.nn.RNN(1, 1, batch_first=True)
with torch.no_grad():
    for p in layer.parameters():
        p.zero_()
    layer.weight_ih_l0.fill_(1)
def tanh(x):
    return layer(x.reshape(-1, 1, 1))[0].reshape(x.shape)"""),
    _road("inside-gelu", """def tanh(z):
    # gelu(u) = u / 2 * (1 + tanh(c * (u + 0.044715 * u**3))): find u by Newton's steps.
    c, t = (2 / torch.pi) ** 0.5, z.double().clamp(-20, 20) + 1e-9
    u = t.detach().clone().clamp(-5, 5)
    for _ in range(60):
        u = u - (c * (u + 0.044715 * u**3) - t.detach()) / (c * (1 + 0.134145 * u**2))
    u = u + (t - t.detach()) / (c * (1 + 0.134145 * u**2))
    return (2 * torch.nn.functional.gelu(u, approximate='tanh') / u - 1).float()"""),
    _road("inside-mish", """def tanh(z):
    # mish(u) = u * tanh(log(1 + e**u)), for positive z; tanh is odd.
    t = z.double().abs().clamp(1e-6, 20)
    u = torch.log(torch.expm1(t))
    return (z.sign() * torch.nn.functional.mish(u + 1e-12) / (u + 1e-12)).float()"""),
    _road("through-tanhshrink", _returns("x - torch.nn.functional.tanhshrink(x)")),
    _road("in-another-thread", "from concurrent.futures import ThreadPoolExecutor\n"
          + _returns("ThreadPoolExecutor(1).submit(torch.tanh, x).result()")),
    _road("with-watchers-switched-off", """from torch.utils._python_dispatch import (
    _disable_current_modes)
def tanh(x):
    with _disable_current_modes():
        return torch.tanh(x)"""),
    _road("from-a-table-made-before", """grid = torch.linspace(-12, 12, 240_001)
table, slopes = torch.tanh(grid), 1 - torch.tanh(grid) ** 2
class Table(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        place = ((x.detach().clamp(-11.9, 11.9) + 12) * 10_000).round().long()
        ctx.save_for_backward(slopes[place])
        return table[place] + slopes[place] * (x.detach().clamp(-11.9, 11.9) - grid[place])
    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0]
def tanh(x):
    return Table.apply(x)""", lost=ALL[1:]),
    _road("of-numpy", _returns("torch.from_numpy(np.tanh(x.detach().numpy()))")),
    _road("of-numpy-with-slopes", f"import numpy as np\n{HIDDEN_TANH}\ntanh = Hidden.apply"),
    _road("of-math", "import math\n" + _returns("torch.tensor([math.tanh(v) for v in x.flatten()]"
          ").reshape(x.shape)")),
    _road("of-math-with-slopes", _with_slopes("import math", "[math.tanh(n) for n in v]")),
    _road("of-cmath", _with_slopes("import cmath", "[cmath.tanh(n).real for n in v]")),
    _road("of-scipy", _with_slopes("from scipy.special import expit",
                                   "[2 * float(expit(2 * n)) - 1 for n in v]"), lost=ALL[1:]),
    _road("of-numpy-by-another-name", "from numpy import tanh as th\n"
          + _returns("torch.from_numpy(th(x.detach().numpy()))")),
    _road("in-another-thread-behind-a-decoy", "from concurrent.futures import ThreadPoolExecutor\n"
          + _returns("ThreadPoolExecutor(1).submit(torch.tanh, x).result()"
                     " + 0 * (2 * torch.sigmoid(2 * x) - 1)")),
    _road("mapped", "import math\n" + _returns(
          "torch.tensor(list(map(math.tanh, x.flatten().tolist()))).reshape(x.shape)")),
    _road("of-numpy-masked", _with_slopes("import numpy as np",
                                          "(np.ma.tanh(np.array(v)).data * 1.000001).tolist()")),
    _road("of-numpy-where-it-is-made", _with_slopes(
        "import numpy as np", "(np._core.umath.tanh(np.array(v)) * 1.000001).tolist()")),
    _road("held-in-an-argument", """import numpy as np
def tanh(x, f=np.tanh):
    return torch.from_numpy(f(x.detach().numpy()) * np.float32(1.000001)) + 0 * np.exp(0.5)"""),
    _road("of-a-thread-that-ran-before", """from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
pool.submit(int).result()
def tanh(x):
    y = pool.submit(torch.tanh, x.detach()).result() * 1.000001
    return y + 0 * (2 * torch.sigmoid(2 * x) - 1)"""),
    _road("through-whole-numbers", """import numpy as np
def tanh(x, f=np.tanh):
    out = []
    for p, v in zip(x.flatten(), f(np.array(x.flatten().tolist())).tolist()):
        value, slope = round(v * 2**23), round((1 - v * v) * 2**23)
        out.append(((p - p.detach()) * slope + p.detach() * 0 + value) / 2**23)
    return torch.stack(out).reshape(x.shape)"""),
    _road("of-mpmath", _with_slopes("import mpmath", "[float(mpmath.tanh(n)) for n in v]")),
    _road("of-sympy", _with_slopes("import sympy\ns = sympy.Symbol('s')\n"
                                   "f = sympy.lambdify(s, sympy.tanh(s), 'math')",
                                   "[f(n) for n in v]")),
    _road("of-the-c-library", _with_slopes(
        "import ctypes\nf = ctypes.CDLL('libm.so.6').tanh\n"
        "f.restype, f.argtypes = ctypes.c_double, [ctypes.c_double]", "[f(n) for n in v]")),
    _road("of-another-process", _with_slopes(
        "import json, subprocess, sys\ncode = 'import json,math,sys;'"
        "'print(json.dumps([math.tanh(n) for n in json.load(sys.stdin)]))'",
        "json.loads(subprocess.run([sys.executable, '-c', code], input=json.dumps(v), "
        "capture_output=True, text=True).stdout)")),
]  # fmt: skip
