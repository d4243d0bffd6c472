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
    *("jupyter_client.session", "autograder.checks.recorder.watch"),
    *("autograder.checks.recorder.steps", "autograder.checks.recorder.pictures"),
)
#: Who may be called around cells: what front ends and pictures need.
_MAY_LISTEN = ("IPython", "ipykernel", "matplotlib", "matplotlib_inline", "autograder")
#: What `torch.compile` changes.
_MODULE = "torch.nn.modules.module.Module"
_MAY_CHANGE = ((_MODULE, "__init__"), (_MODULE, "__setstate__"))
#: The keys under which operators compute on a processor, with slopes and without.
_COMPUTE = ("CPU", "AutogradCPU", "Autograd", "CompositeImplicitAutograd", "BackendSelect")
_IMMUTABLE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE: nothing in such a class can be replaced
#: An owner, a name in it, two addresses (what was replaced has another one; a function that was
#: rewritten has other code), and whether it is nothing unusual if the name comes later.
Row = tuple[str, str, int, int, bool]


def rows() -> str:
    """One for each function, class and module that takes part, as JSON text."""
    import json
    import sys

    found: list[Row] = []
    for owner, space, bases in _spaces(sys.modules):
        for name, value in list(space.items()):
            # What is data in a module, such as `sys.stdout`, may well change.
            counts = bases or callable(value) or type(value) is type(sys)
            if counts and (owner, name) not in _MAY_CHANGE:
                hides = any(name in vars(base) for base in bases)
                found.append(_row(owner, name, value, may_come=not hides))
    torch = sys.modules["torch"]
    found += (*_notebook(sys.modules), *_modes(torch), *_operators(torch))
    return json.dumps(found)


def brief() -> int:
    """A number that is the same as long as all rows are; it is quick to work out."""
    import sys

    values = [value for _, space, _ in _spaces(sys.modules) for value in space.values()]
    codes = [value.__code__ for value in values if type(value) is type(brief)]
    torch = sys.modules["torch"]
    others = (*_notebook(sys.modules), *_modes(torch), len(torch.library._impls))
    return hash((*map(id, values), *map(id, codes), *others))


def _spaces(modules: Any) -> Iterator[tuple[str, Any, tuple[type, ...]]]:
    """The namespaces of modules, and of classes that are theirs and can be changed, with bases."""
    there = [name for name in MODULES if name in modules]
    yield "Python's modules", {name: modules[name] for name in there}, ()
    for name in there:
        space = vars(modules[name])
        yield name, space, ()
        for key, value in list(space.items()):
            if not isinstance(value, type) or value.__flags__ & _IMMUTABLE:
                continue
            # Of the hundred classes that stand in torch itself, one matters.
            if value.__module__ == name and (name != "torch" or key == "Tensor"):
                yield f"{name}.{key}", vars(value), value.__mro__[1:]


def _row(owner: str, name: str, value: Any, may_come: bool = False) -> Row:
    code = id(value.__code__) if type(value) is type(_row) else 0
    return owner, name, id(value), code, may_come


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
    for name, value in list(shell.kernel.shell_handlers.items()):
        yield _row("the notebook", f"answer to {name}", value)
    for event, calls in list(shell.events.callbacks.items()):
        for place, call in enumerate(calls):
            space = getattr(getattr(call, "__func__", call), "__globals__", {})
            name = space.get("__name__", "")
            if name.partition(".")[0] not in _MAY_LISTEN or space is not vars(modules.get(name)):
                yield _row("the notebook", f"{event} {place}", call)


def _modes(torch: Any) -> Iterator[Row]:
    """What torch asks before each operation."""
    from torch.utils._device import DeviceContext

    core = torch._C
    modes = [core._get_function_stack_at(n) for n in range(core._len_torch_function_stack())]
    modes += [core._get_dispatch_stack_at(n) for n in range(core._len_torch_dispatch_stack())]
    for place, mode in enumerate(modes):
        if type(mode) is not DeviceContext:  # `torch.set_default_device` is honest
            yield _row("torch", f"mode {place}", type(mode))


def _operators(torch: Any) -> Iterator[Row]:
    """Torch's operators that were registered anew."""
    for operator in list(torch.library._impls):  # such as "aten/tanh/CPU"
        space, _, key = operator.split("/")
        if space == "aten" and key in _COMPUTE:
            yield _row("torch", operator, None)
