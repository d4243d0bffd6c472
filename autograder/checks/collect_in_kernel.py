"""Collects evidence for some checks inside a learner's kernel, with code that is read anew.

The grader sends this module's *text* with each question, so nothing of it lies in the kernel
before. It sets aside all modules of ours that the learner's code could have changed, imports them
again from their files, which a sandboxed kernel cannot write, and puts everything back.

Whoever changes the modules that are read anew while they ask gives no evidence.

What this does not stop: whoever changes torch, NumPy or Python's own functions changes what is
measured. Labels of fresh draws are not in the kernel at all, so such answers have to be right.
"""

from typing import Any

#: Objects of these classes are handed out to learners, and are known again by their class.
KEPT = ("autograder.checks.rescue_objects",)


def evidence_of(asked: dict[str, str], names: Any, folder: str) -> str:
    """The evidence for some checks, as JSON text: packed, by check.

    Args:
        asked: the packed questions by check cell's `grade_id`. They are asked in this order.
        names: the notebook's namespace.
        folder: where our packages lie.
    """
    import json
    import sys
    from importlib.machinery import (
        EXTENSION_SUFFIXES,
        SOURCE_SUFFIXES,
        BuiltinImporter,
        ExtensionFileLoader,
        FileFinder,
        FrozenImporter,
        PathFinder,
        SourceFileLoader,
    )

    recorder = sys.modules.get("autograder.checks.recorder.watch")
    runs = getattr(getattr(recorder, "RECORDER", None), "runs", None)

    def set_aside() -> dict[str, Any]:
        return {
            name: sys.modules.pop(name)
            for name in list(sys.modules)  # a thread of the learner's may import meanwhile
            if name.partition(".")[0] in ("helpers", "autograder") and name not in KEPT
        }

    def functions() -> dict[tuple[str, str], tuple[int, ...]]:
        """What there is of ours now, by address: modules, classes, and what functions run."""
        spaces: dict[str, Any] = {
            name: vars(module)
            for name, module in list(sys.modules.items())
            if name.partition(".")[0] in ("helpers", "autograder") and name not in KEPT
        }
        for name, space in list(spaces.items()):
            kinds = {f"{name} {each}": vars(v) for each, v in space.items() if type(v) is type}
            spaces |= kinds
        return {
            (owner, name): (id(value), id(getattr(value, "__code__", None)))
            for owner, space in spaces.items()
            for name, value in space.items()
            if callable(value)
        }

    there = set_aside()
    path, finders, hooks = list(sys.path), list(sys.meta_path), list(sys.path_hooks)
    sys.path[:] = [folder, *path]
    # A finder of the learner's own could hand out other modules under our names.
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, PathFinder]
    loaders = (ExtensionFileLoader, EXTENSION_SUFFIXES), (SourceFileLoader, SOURCE_SUFFIXES)
    sys.path_hooks[:] = [FileFinder.path_hook(*loaders)]
    cache = dict(sys.path_importer_cache)
    sys.path_importer_cache.clear()
    try:
        from autograder.checks.evidence.packing import pack, unpack
        from autograder.checks.registry import collect

        found, before = {}, functions()
        for check_id, questions in asked.items():
            try:
                found[check_id] = pack(collect(check_id, names, runs, unpack(questions)))
            except KeyboardInterrupt:  # the grader's patience is at its end
                break
            except BaseException:  # an object that turns on its collector hides no other check
                found[check_id] = ""
        now = functions()
        same = all(now.get(name) == what for name, what in before.items())
        return json.dumps(found if same else dict.fromkeys(found, ""))
    finally:
        set_aside()
        sys.modules.update(there)
        sys.path[:], sys.meta_path[:], sys.path_hooks[:] = path, finders, hooks
        sys.path_importer_cache.clear()
        sys.path_importer_cache.update(cache)
