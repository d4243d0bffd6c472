"""`autograder release --standalone`: notebooks that carry their helpers and checks in themselves.

Such a file can be sent by mail or an LMS: it runs where torch, scikit-learn and matplotlib are,
as in Colab, without a repository, an install or a network.
"""

from collections.abc import Callable
from pathlib import Path

from autograder.course.address import Address
from autograder.errors import Refused
from autograder.files import write_bytes_whole
from autograder.release.generate import generate
from autograder.release.release import prove, refuse_incomplete

#: Where they go, in the clone, unless another folder is named.
DEFAULT = Path("build") / "standalone"


class BadFolder(Refused):
    """A folder that such notebooks must not be written to; the message says why."""

    before = "Nothing was released: "


def release_standalone(
    course: Path,
    folder: Path | None = None,
    *,
    address: Address | None = None,
    proof: bool = True,
    say: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Write standalone notebooks from `solutions/`; `notebooks/` is left as it is.

    Args:
        course: the clone.
        folder: where to; None for `build/standalone/` in the clone.
        address: of the repository that links lead to; None for the settings'.
        proof: run everything first.
        say: is told what is going on, a line at a time.

    Returns:
        The files.

    Raises:
        ReleaseRefused: nothing was written; the message says why.
        BadFolder: nothing was written; the folder is one of the course's, or holds other
            notebooks of these names.
    """
    target = (folder or course / DEFAULT).resolve()
    for own in ("notebooks", "solutions", "grading"):
        if target.is_relative_to((course / own).resolve()):
            raise BadFolder(f"{target} is the course's own: name a folder outside of {own}/.")
    if target.exists() and not target.is_dir():
        raise BadFolder(f"{target} is a file: name a folder.")
    made = generate(course, address=address, standalone=True)
    refuse_incomplete(course, made)
    if folder is not None:  # the default folder is ours to write to; here a learner's work may lie
        for name, content in made.items():
            path = target / name
            if path.exists() and path.read_bytes() != content:
                raise BadFolder(f"{path} is there already: name another folder, or move it away.")
    if proof:
        prove(course, made, say)
    for name, content in made.items():
        write_bytes_whole(target / name, content)
    return [target / name for name in made]
