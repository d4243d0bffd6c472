"""Points out code that no answer to these exercises needs, so that a person reads it.

What is found here never changes a mark: marks rest on what objects do. It is text work and knows
nothing of what the code does, so it can be led astray; what it catches is the usual.
"""

import pkgutil
import re
from collections.abc import Mapping

from autograder import checks
from autograder.checks.table import PART_OF
from autograder.checks.words.verdict import CORRECT, OUTCOME_WORDS
from autograder.course.cell_text import code_lines, targets, tidy
from autograder.course.template import Template
from autograder.running.marks import CellMark
from autograder.submissions.cells import Cell, Note
from helpers.text import as_name

_ASKS = re.compile(r"\bcheck\(\s*[\"'](check_\w+)[\"']")


#: The code of the flag that `differences` gives.
CLAIM_DIFFERS = "claim_differs"


def claimed(cells: list[Cell]) -> frozenset[str]:
    """The checks that a submission's saved outputs show as passed."""
    return frozenset(_check_of(cell) for cell in cells if cell.claims_pass)


def differences(claims: frozenset[str], marks: list[CellMark]) -> list[Note]:
    """A flag for each check that the file claims as passed, and our run did not find so."""
    return [
        Note(
            CLAIM_DIFFERS,
            mark.part,
            f"The file shows {mark.grade_id} as {OUTCOME_WORDS[CORRECT]}; "
            f"our own run found: {OUTCOME_WORDS[mark.outcome]}.",
        )
        for mark in marks
        if mark.grade_id in claims and mark.outcome != CORRECT
    ]


def _check_of(cell: Cell) -> str:
    """Which check a cell holds, by its mark or by what it calls; "" if none."""
    if cell.grade_id in PART_OF:
        return cell.grade_id
    found = _ASKS.search(cell.source)
    return found.group(1) if found else ""


def as_solved(cells: list[Cell], template: Template) -> list[Note]:
    """A flag where every answer is the course's own solution, word for word."""
    asked = [
        slot.known - {tidy(slot.released), tidy(slot.node.source)}
        for slot in template.slots
        if slot.kind == "solution" and slot.node is not None
    ]
    wanted = [forms for forms in asked if forms]
    sources = {tidy(cell.source) for cell in cells}
    if not wanted or any(forms.isdisjoint(sources) for forms in wanted):
        return []
    words = "Every answer is the course's own solution, word for word. Please ask where it is from."
    return [Note("course_solution", "", words)]


#: Text beyond this is left to a person; more than any honest notebook has.
_LOOK_AT = 400_000
_SHOWN = 6
#: Libraries whose functions a learner calls, and has no reason to replace.
_LIBRARIES = {
    *("torch", "nn", "F", "np", "numpy", "sklearn", "math", "random", "sys", "os", "io", "json"),
    *("builtins", "__builtins__", "plt", "matplotlib", "pd", "pandas", "IPython", "autograder"),
    *("helpers", "importlib", "ip", "shell", "Tensor", "Module", "optim", "Optimizer"),
}
_IMPORTED = re.compile(r"^[^\S\n]*(?:from +[\w.]+ +)?import +([\w., ]+)", re.MULTILINE)
_OURS = "|".join(each.name for each in pkgutil.iter_modules(checks.__path__))
#: What to say, and the text that it is said of.
_KINDS = {
    "reaches into the checks": rf"""
        \bautograder\.(?!checks\b)\w+|\bautograder\.checks\.(?:{_OURS})\b
        |\bfrom\ autograder\.checks\ import\ (?:{_OURS})\b|\bRECORDER\b""",
    "reaches into the notebook's machinery": r"""
        \bget_ipython\b|\bInteractiveShell\b|\bast_transformers\b|\binput_transformers?_\w+
        |\brun_(?:cell|code|ast_nodes)\w*|\bshowtraceback\b|\bset_custom_exc\b|\bexcepthook\b
        |\bsettrace\b|\bsetprofile\b|\buser_ns\b|\bmeta_path\b|\bpath_hooks\b|\bsys\.modules\b
        |\bimport\ builtins\b|\bimport\ ast\b|\b__builtins__\b
        |(?<!["'])\b__main__\b""",
    "looks at callers or at memory": r"""
        \b_getframe\b|\bf_back\b|\bf_locals\b|\bf_globals\b|\b(?:import|from)\ inspect\b
        |\bget_refer(?:r|ent)\w+|\bget_objects\b|\b__subclasses__\b|\baddaudithook\b
        |\b__globals__\b|\b__code__\b|\b__closure__\b|\bctypes\b|\bcffi\b""",
    "runs code from text": r"(?<![.\w])(?:exec|eval|compile|__import__)\s*\(",
    "overrides how objects compare, copy or are saved": r"""
        \b__eq__\b|\b__deepcopy__\b|\b__copy__\b|\b__reduce(?:_ex)?__\b|\b__class__\s*=(?!=)
        |\b__torch_function__\b|\b__torch_dispatch__\b|\b__getattribute__\b|\bdef\ state_dict\b
        |\bdef\ (?:named_)?(?:parameters|modules|buffers)\b|\bpickle\b|\bmarshal\b""",
    "answers from stored or given points": r"""
        \b(?:KNeighbors|NearestNeighbors|RadiusNeighbors|c?KDTree|BallTree)\w*|\bcdist\b
        |\bideal_(?:moons|spirals)\b""",
    # Each begins where no longer one can: so a text is gone through once.
    "holds a store of numbers": r"""
        (?<![-+\d.,eE\s[\]()])[-+\d.,eE\s[\]()]{1500}|(?<![\w+/=-])[\w+/-]{1000}""",
    "leaves the notebook": r"""
        \b(?:import|from)\ (?:socket|sqlite3|signal|atexit|threading|_thread
        |multiprocessing|concurrent|asyncio|subprocess|pty|mmap|resource)\b
        |\bos\.(?:fork\w*|_exit|kill\w*|system|popen|exec\w+|spawn\w+|setsid|symlink|link)\b
        |\bos\.environ\b(?!\[["'](?:PYTHONHASHSEED|(?:CUDA|CUBLAS|KMP|OMP|MKL|TOKENIZERS)_))
        |\bgradebook\b|/proc/|["'](?:\.\./|/(?!(?:dev/null|content|kaggle)\b)\w|~/)|\bmemfd_create\b|^[^\S\n]*!(?!pip)""",
    "writes its own results": r"""
        \bmoons_and_spirals\b|\btext/html\b|<script|\bJavascript\b|\bpublish_display_data\b
        |\bshell\.displayhook\b""",
}
_FINDERS = {
    says: re.compile(pattern, re.VERBOSE | re.MULTILINE) for says, pattern in _KINDS.items()
}


def code_to_review(cells: list[Cell], template: Template) -> list[Note]:
    """A flag that lists what a person should read; empty for the usual code, and the given one."""
    given = {
        line.strip()
        for slot in template.slots
        for source in (slot.released, *slot.known)
        for line in code_lines(source)
    }
    lines = [
        line
        for cell in cells
        if cell.kind == "code"
        for line in code_lines(cell.source)
        if line.strip() not in given
    ]
    return _to_review("\n".join(lines), "The code")


def files_to_review(files: Mapping[str, bytes]) -> list[Note]:
    """The same for each file beside a notebook that its cells can import, by path."""
    return [
        note
        for name, content in files.items()
        if name.endswith(".py")
        for note in _to_review(
            "\n".join(code_lines(content.decode("utf-8", "replace"))),
            f"The code in {as_name(name)}",
        )
    ]


def _to_review(text: str, whose: str) -> list[Note]:
    notes = []
    if len(text) > _LOOK_AT:
        words = (
            f"{whose} is longer than {_LOOK_AT:,} characters; please read what comes after them."
        )
        notes.append(Note("code_too_long", "", words))
    text = text[:_LOOK_AT]
    found = {"replaces parts of a library": _replaced(text)}
    found |= {says: m[0] if (m := finder.search(text)) else "" for says, finder in _FINDERS.items()}
    read = [f"{says} ({what.strip()[:40]!a})" for says, what in found.items() if what]
    if read:
        what = "; ".join(read[:_SHOWN])
        words = f"{whose} does more than these exercises ask for; please read it: {what}."
        notes.append(Note("unusual_code", "", words))
    return notes


_PARTS = re.compile(r"[\w\s.,*()[\]]+")
_SETS = re.compile(r"\b(?:setattr|delattr)\(\s{0,20}(\w+)|\b(?:mock\.patch|MonkeyPatch)\b")


def _replaced(text: str) -> str:
    """What is assigned to a part of something imported, under whatever name it is known; or ""."""
    known = {
        *_LIBRARIES,
        *(name.split()[-1] for names in _IMPORTED.findall(text) for name in names.split(",")
          if name.split()),
    }  # fmt: skip
    for match in _SETS.finditer(text):
        if match[1] is None or match[1] in known:
            return match[0]
    for line in text.splitlines():
        for target in targets(line, _PARTS):
            for part in target.split(","):
                names = part.strip(" \t()[]*").split(".")
                if len(names) > 1 and names[0] in known and not _is_usual(names):
                    return ".".join(names)
    return ""


def _is_usual(names: list[str]) -> bool:
    """No part of a library, or one that honest notebooks set."""
    if not all(map(str.isidentifier, names)) or names == ["warnings", "warn"]:
        return True
    return names[-1] == "seed" or names[:2] == ["torch", "backends"]
