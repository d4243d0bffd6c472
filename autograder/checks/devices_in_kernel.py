"""Has torch take the CPU wherever a notebook asks for a GPU, in a kernel that has none.

A grader calls `map_to_cpu` before the first cell, and only in the second run of a notebook whose
first one failed for want of a device. So it belongs to what the kernel's libraries are at their
start: whatever changes it later is told, as any change of a library is (`look_in_kernel`).
"""

from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._device import DeviceContext

# What is called here for every operation is functions and classes alone, which are looked at:
# data of this module could be anything by then.


def on_cpu(asked: Any) -> Any:
    """The CPU for a device that is not here, by name, number or as torch has it; else the same."""
    if isinstance(asked, torch.device):
        return asked if asked.type in ("cpu", "meta") else torch.device("cpu")
    named = isinstance(asked, str) and asked.partition(":")[0] in ("cuda", "mps", "xpu")
    return torch.device("cpu") if named or type(asked) is int else asked


class OnCpu(TorchFunctionMode):
    """Changes the device that a function of torch is called with, and nothing else."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call it."""
        if func is Tensor.to:
            args = (args[0], *map(on_cpu, args[1:]))
        elif func is Tensor.type:
            args = tuple(map(_plain, args))
        elif func is Tensor.cuda or func is Tensor.xpu or func is Tensor.pin_memory:
            return args[0].cpu()
        if not kwargs:
            return func(*args)
        if "device" in kwargs:
            kwargs = {**kwargs, "device": on_cpu(kwargs["device"])}
        if "pin_memory" in kwargs:
            kwargs = {**kwargs, "pin_memory": False}
        return func(*args, **kwargs)


#: Held here, so that it is seen if anything is put into it.
MODE = OnCpu()


class Generator(torch.Generator):
    """One of the CPU, whatever device is asked for."""

    def __new__(cls, device: Any = "cpu") -> "Generator":
        """Make it."""
        make: Any = super().__new__
        return make(cls, device=on_cpu(device))


def _plain(kind: Any) -> Any:
    return kind.replace("torch.cuda.", "torch.") if isinstance(kind, str) else kind


def map_to_cpu() -> None:
    """Begin; there is no end to it in this process."""
    library: Any = torch
    context: Any = DeviceContext
    load, default, begin = torch.load, torch.set_default_tensor_type, context.__init__

    def load_on_cpu(f: Any, map_location: Any = None, *args: Any, **kwargs: Any) -> Any:
        return load(f, "cpu" if map_location is None else on_cpu(map_location), *args, **kwargs)

    def begin_on_cpu(self: Any, device: Any) -> None:
        begin(self, on_cpu(torch.device(device)))

    library.load = library.serialization.load = load_on_cpu
    library.set_default_tensor_type = lambda kind: default(_plain(kind))
    context.__init__ = begin_on_cpu  # `torch.set_default_device`, and a device in a `with`
    library.Generator = Generator
    for name in ("Float", "Double", "Half", "Long", "Int", "Short", "Byte", "Char", "Bool"):
        setattr(library.cuda, f"{name}Tensor", getattr(torch, f"{name}Tensor"))
    for name in ("set_device", "synchronize"):
        setattr(library.cuda, name, lambda *args, **kwargs: None)
    for name in ("synchronize", "empty_cache"):
        setattr(library.mps, name, lambda: None)
    library.cuda.current_device = lambda: 0
    library.cuda.get_device_name = lambda device=None: "CPU"
    MODE.__enter__()
