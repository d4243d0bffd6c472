"""Watches which operations compute an answer, and whether all of it was computed by torch.

Values that came from elsewhere (NumPy, plain Python numbers, memory written behind torch's back)
are known by having no operation that made them.
"""

import ctypes
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

#: No honest answer to a few hundred numbers needs more memory in one piece: it is not read.
_BYTES_LIMIT = 64_000_000
#: Classes of tensors that do nothing of their own.
_PLAIN = (Tensor, Parameter)
#: Where torch's own operators stand.
_TORCHS_OWN = {"aten", "prim", "prims", "profiler"}
#: So many numbers from outside are coefficients of a formula; more may be a table of answers.
_FEW = 30
#: Operations that look numbers up in their first input.
_LOOK_UPS = {"index", "index_select", "gather", "take", "embedding", "grid_sampler_2d"}


class Operations(TorchDispatchMode):
    """Between `with` and its end, notes the operations, scripted code included.

    `seen` has their names, and words that they were given, such as the name of another operation.
    The inputs that it is given are the only tensors whose values may come from outside; `foreign`
    tells that others did, in one piece or in many: half as many as the largest input has. `table`
    tells that numbers were looked up in such a piece. `read` counts the numbers that were taken out
    of torch one by one; the answers to questions are none. `returned` tells that about as many came
    back as whole numbers: who only prints a tensor gives none back.
    """

    def __init__(self, *given: Tensor) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.foreign = self.table = False
        self.read = 0
        self._rows = max((each.numel() for each in given), default=0)
        self._numbers: set[Any] = set()
        self._whole: set[int] = set()
        self._alive: list[Tensor] = []  # an address is used again once its tensor is gone
        self._made: dict[int, int] = {}
        for each in given:
            self._note(each)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        # By each name that it has: one of them may have been changed.
        names = {func.name(), func._schema.name}
        self.seen |= {func.overloadpacket.__name__, *names}
        leaves = tree_leaves((args, kwargs))
        self._note_numbers({each for each in leaves if isinstance(each, (float, complex))})
        self._whole.update(each for each in leaves if isinstance(each, int))
        self.seen.update(each for each in leaves if isinstance(each, str))
        # What an operator of somebody else's does inside, and what memory held before, is not seen.
        storages = any(isinstance(each, torch.UntypedStorage) for each in leaves)
        self.foreign |= storages or not {n.partition("::")[0] for n in names} <= _TORCHS_OWN
        inputs = [each for each in leaves if isinstance(each, Tensor)]
        sources = [self.look(tensor) for tensor in inputs]
        if func.overloadpacket.__name__ == "_local_scalar_dense":
            self.read += inputs[0].dtype is not torch.bool
        self.table |= any(sources[:1]) and func.overloadpacket.__name__ in _LOOK_UPS
        result = func(*args, **(kwargs or {}))
        for tensor in (*inputs, *tree_leaves(result)):
            if isinstance(tensor, Tensor):
                self._note(tensor)
        return result

    def look(self, tensor: Tensor) -> bool:
        """Note where an operation's input, or the answer, came from.

        Returns:
            Whether it is from outside, and large enough to be a table of answers.
        """
        if not tensor.numel():
            return False
        content = _content(tensor)
        if content is None:  # nobody can say what is in it
            self.foreign = True
            return False
        if self._made.get(content[0]) == content[1]:
            return False
        # One constant, however often it is written down, is no table of answers.
        numbers = torch.view_as_real(tensor.detach().resolve_conj().to(torch.complex128)).unique()
        self.foreign |= tensor.numel() >= self._rows and len(numbers) > 2
        self._note_numbers(numbers[: self._rows + _FEW].tolist())
        return len(numbers) > _FEW

    @property
    def returned(self) -> bool:
        """Whether whole numbers could hold the answer."""
        return len(self._whole) > max(self._rows // 2, _FEW)

    def _note_numbers(self, numbers: Iterable[Any]) -> None:
        self._numbers.update(numbers)
        self.foreign |= len(self._numbers) > max(self._rows // 2, _FEW)

    def _note(self, tensor: Tensor) -> None:
        content = _content(tensor)
        if content is not None:
            if content[0] not in self._made:
                self._alive.append(tensor)
            self._made[content[0]] = content[1]


def plain(answer: Any) -> Any:
    """An answer without what a class of its own would do when it is read; others as they are."""
    if not isinstance(answer, Tensor) or type(answer) in _PLAIN:
        return answer
    with torch._C.DisableTorchFunctionSubclass():
        return Tensor.as_subclass(answer, Tensor)


def _content(tensor: Tensor) -> tuple[int, int] | None:
    """Where a tensor's memory is and a hash of what it holds; None where that cannot be read."""
    if tensor.device.type != "cpu" or tensor.layout is not torch.strided:
        return None
    if type(tensor) not in _PLAIN:  # its class computes what it likes, and none of it is seen
        return None
    try:
        storage = tensor.untyped_storage()
        address, size = storage.data_ptr(), storage.nbytes()
    except (RuntimeError, NotImplementedError):  # a subclass without memory of its own
        return None
    if not address:
        return None
    return None if size > _BYTES_LIMIT else (address, hash(ctypes.string_at(address, size)))
