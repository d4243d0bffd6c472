"""Lists what Python's, torch's, the notebook's and our functions are, by address.

As with `collect_in_kernel`, the grader sends this module's *text*, at a kernel's start and around
each question. Whatever puts another function in the place of one, and however it is written, leaves
another object there.
"""

from collections.abc import Iterator
from typing import Any

#: Whose functions and classes take part in what is asked, as far as they are there at the start.
MODULES = (
    *("builtins", "sys", "_frozen_importlib", "_frozen_importlib_external"),
    *("copy", "json", "json.decoder", "json.encoder", "zlib", "base64", "math", "random", "ctypes"),
    *("contextlib", "weakref", "torch", "torch._tensor", "torch.random", "torch.overrides"),
    *("torch.library", "torch.autograd", "torch.autograd.function", "torch.autograd.grad_mode"),
    *("torch.nn", "torch.nn.functional", "torch.nn.parameter", "torch.nn.modules.module"),
    *("torch.nn.modules.linear", "torch.nn.modules.activation", "torch.nn.modules.container"),
    *("torch.optim.optimizer", "torch.utils._python_dispatch", "torch.utils._pytree"),
    *("numpy", "numpy.random", "sklearn.datasets", "sklearn.datasets._samples_generator"),
    *("sklearn.model_selection._split", "IPython.core.interactiveshell", "IPython.core.formatters"),
    *("IPython.core.events", "ipykernel.zmqshell", "ipykernel.ipkernel", "ipykernel.kernelbase"),
    *("IPython.lib.pretty", "torch._ops", "torch.utils._device", "importlib.machinery"),
    *("jupyter_client.session", "autograder.checks.recorder.watch"),
    *("autograder.checks.recorder.steps", "autograder.checks.recorder.pictures"),
    *("autograder.checks.recorder.fields", "autograder.checks.devices_in_kernel"),
)
#: Who may be called around cells: what front ends and pictures need.
_MAY_LISTEN = ("IPython", "ipykernel", "matplotlib", "matplotlib_inline", "autograder")
#: What `torch.compile` changes, and torch at the first step of a process that began without.
_MODULE = "torch.nn.modules.module.Module"
_MAY_CHANGE = (
    *((_MODULE, "__init__"), (_MODULE, "__setstate__")),
    *(("torch", "manual_seed"), ("torch.random", "manual_seed")),
    # And what people set to see more than a cell's last value.
    ("IPython.core.interactiveshell.InteractiveShell", "ast_node_interactivity"),
)
#: Where classes stand whose objects may hide a function that the class has.
_MAKERS = frozenset(MODULES) - {"builtins"}
#: What Python keeps in classes as it uses them.
_CACHES = (
    "__slotnames__",
    "__annotations__",
    "__abstractmethods__",
    "_abc_impl",
    "__signature__",
    "__doc__",
)
#: Dispatch keys under which torch itself registers more as it is used.
_ADDED_BY_TORCH = ("Meta", "FuncTorchBatched", "FuncTorchBatchedDecomposition", "FuncTorchVmapMode")
#: Operators that take part in every question.
_OPERATORS = (
    *("detach", "_to_copy", "copy_", "clone", "fill_.Scalar", "mul.Tensor", "add.Tensor"),
    *("sub.Tensor", "div.Tensor", "exp", "linear", "addmm", "relu", "tanh", "sigmoid", "view"),
    *("unsqueeze", "squeeze.dim", "equal", "_local_scalar_dense"),
)
_NAMED = ("__name__", "__qualname__", "_name", "_overloadname", "_qualified_op_name", "_schema")
#: Operators that an answer must not come from, in all their forms.
_FORBIDDEN = ("tanh", "tanh_", "tanh_backward", "mish", "gelu", "rnn_tanh", "rnn_tanh_cell")
_IMMUTABLE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE: nothing in such a class can be replaced
#: An owner, a name in it, its address (what was replaced has another one), a number for what a
#: function runs, and whether it is nothing unusual if the name comes later.
Row = tuple[str, str, int, int, bool]


def told(*values: Any) -> str:
    """Values as JSON text."""
    import json

    return json.dumps(values)


def rows() -> list[Row]:
    """One for each function, class and module that takes part."""
    import sys

    found: list[Row] = []
    for owner, space, bases in _spaces(sys.modules):
        for name, value in list(space.items()):
            # What is data in a module, such as `sys.stdout`, may well change.
            counts = (bases and name not in _CACHES) or callable(value)
            if (counts or isinstance(value, type(sys))) and (owner, name) not in _MAY_CHANGE:
                # Python itself looks for names such as `__deepcopy__`, whoever has them.
                hides = any(name in vars(base) for base in bases) or name[:2] == name[-2:] == "__"
                found.append(_row(owner, name, value, may_come=not (bases and hides)))
    torch = sys.modules["torch"]
    found += (*_notebook(sys.modules), *_modes(torch), *_dispatched(torch), *_operators(torch))
    return found


def brief() -> int:
    """A number that is the same as long as all rows are; it is quick to work out."""
    import sys

    values = [value for _, space, _ in _spaces(sys.modules) for value in space.values()]
    functions = [value for value in values if type(value) is type(brief)]
    codes = [part for function in functions for part in _runs(function)]
    torch = sys.modules["torch"]
    others = (*_notebook(sys.modules), *_modes(torch), *_dispatched(torch))
    return hash((*map(id, values), *map(id, codes), *others, len(torch.library._impls)))


def _spaces(modules: Any) -> Iterator[tuple[str, Any, tuple[type, ...]]]:
    """The namespaces of modules, and of classes that are theirs and can be changed, with bases."""
    there = [name for name in MODULES if name in modules]
    yield "Python's modules", {name: modules[name] for name in there}, (object,)
    kinds: dict[str, Any] = {f"class of {name}": type(modules[name]) for name in there}
    for name in there:
        space = vars(modules[name])
        yield name, space, ()
        for key, value in list(space.items()):
            if isinstance(value, type):
                # Of the hundred classes that stand in torch itself, one matters.
                own = value.__module__ == name and (name != "torch" or key == "Tensor")
                if own and not value.__flags__ & _IMMUTABLE:
                    yield f"{name}.{key}", vars(value), value.__mro__[1:]
                    kinds[f"bases of {name}.{key}"] = value.__mro__  # another tuple for others
            elif type(value).__module__ in _MAKERS and hasattr(value, "__dict__"):
                hides = {n: v for n, v in vars(value).items() if hasattr(type(value), n)}
                hides["__class__"] = type(value)
                yield f"{name}.{key}", hides, (type(value),)  # as in `json`'s default encoder
    yield "Python's classes", kinds, (object,)
    # Nothing can be set in these; what comes into their dictionaries all the same is seen.
    for base in modules["torch"].Tensor.__mro__[1:-1]:
        yield f"torch's {base.__name__}", vars(base), base.__mro__


def _row(owner: str, name: str, value: Any, may_come: bool = False) -> Row:
    runs = hash(tuple(map(id, _runs(value)))) if type(value) is type(_row) else 0
    return owner, name, id(value), runs, may_come


def _runs(function: Any) -> tuple[Any, ...]:
    """What a function runs: its code, and what its arguments are by default."""
    named = function.__kwdefaults__
    return (function.__code__, function.__defaults__, *(named.values() if named else ()))


def _notebook(modules: Any) -> Iterator[Row]:
    """What answers the grader: what hides a class's own function, and what is called besides."""
    shell = modules["IPython"].get_ipython()
    shows = shell.display_formatter
    for each in (shell, shell.kernel, shell.kernel.session, shows, *shows.formatters.values()):
        kind = type(each)
        yield _row("the notebook", f"{kind.__name__}'s class", kind)
        for name, value in list(vars(each).items()):
            if callable(value) and hasattr(kind, name):
                yield _row("the notebook", f"{kind.__name__}.{name}", value)
    for kind, printer in list(shows.formatters["text/plain"].type_printers.items()):
        if kind in (str, int, tuple):  # of what the grader is answered with
            yield _row("the notebook", f"printer of {kind.__name__}", printer)
    for name, value in list(shell.kernel.shell_handlers.items()):
        yield _row("the notebook", f"answer to {name}", value)
    for event, calls in list(shell.events.callbacks.items()):
        for place, call in enumerate(calls):
            space = getattr(getattr(call, "__func__", call), "__globals__", {})
            name = space.get("__name__", "")
            if name.partition(".")[0] not in _MAY_LISTEN or space is not vars(modules.get(name)):
                yield _row("the notebook", f"{event} {place}", call)


def _modes(torch: Any) -> Iterator[Row]:
    """What torch asks before each operation, and Python at each step."""
    import sys

    from torch.utils._device import DeviceContext

    core = torch._C
    modes = [core._get_function_stack_at(n) for n in range(core._len_torch_function_stack())]
    modes += [core._get_dispatch_stack_at(n) for n in range(core._len_torch_dispatch_stack())]
    # `torch.set_default_device` is honest, and puts its own before all others.
    others = (mode for mode in modes if type(mode) is not DeviceContext)
    for place, mode in enumerate(others):
        yield _row("torch", f"mode {place}", type(mode))
    yield _row("torch", "trace of Python", sys.gettrace())
    yield _row("torch", "profile of Python", sys.getprofile())


def _operators(torch: Any) -> Iterator[Row]:
    """Torch's operators that were registered anew."""
    for operator in list(torch.library._impls):  # such as "aten/tanh/CPU"
        space, _, key = operator.split("/")
        if space == "aten" and key not in _ADDED_BY_TORCH:
            yield _row("torch", operator, None)


def _dispatched(torch: Any) -> Iterator[Row]:
    """What some operators come to, and what they are called; who else copies and calls models."""
    import copy
    import copyreg

    for table in (getattr(copy, "_deepcopy_dispatch", {}), copyreg.dispatch_table):
        for kind, function in list(table.items()):
            if isinstance(kind, type) and issubclass(kind, (torch.nn.Module, torch.Tensor)):
                yield _row("torch", f"copying of {kind.__name__}", function)
    hooks = torch.nn.modules.module
    for calls in (hooks._global_forward_hooks, hooks._global_forward_pre_hooks):
        for key, function in list(calls.items()):
            yield _row("torch", f"hook {key} of all modules", function)
    for name in _OPERATORS:
        yield "torch", f"operator {name}", hash(torch._C._dispatch_dump(f"aten::{name}")), 0, False
    for name in _FORBIDDEN:
        packet = getattr(torch.ops.aten, name)
        for form in (packet, *(getattr(packet, each) for each in packet.overloads())):
            names = [id(vars(form).get(key)) for key in _NAMED]
            yield "torch", f"name of {form}", hash(tuple(names)), id(packet), False
