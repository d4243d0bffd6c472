"""`autograder release` on the command line: what was written, or why nothing was."""

from __future__ import annotations

import sys
from pathlib import Path

from autograder.course.address import BadAddress, address_of
from autograder.course.folders import clone_folder
from autograder.release.generate import ReleaseRefused, settings_address
from autograder.release.release import release
from autograder.release.standalone import BadFolder, release_standalone


def run_release(
    repository: str | None,
    revision: str | None,
    *,
    proof: bool,
    standalone: bool,
    output: Path | None,
) -> int:
    """Write `notebooks/`, or standalone notebooks, from `solutions/`.

    Args:
        repository: whose address learners get; None for the one in the settings.
        revision: likewise.
        proof: run the solutions and the untouched notebooks first.
        standalone: write notebooks that carry what they need.
        output: where to write those; None for the usual folder.

    Returns:
        0 if it was written, 1 if the release is not sound, 2 if it could not be done.

    Raises:
        FileNotFoundError: there is no course here.
    """
    if output is not None and not standalone:
        print("--output goes with --standalone; notebooks/ has its own place", file=sys.stderr)
        return 2
    course = clone_folder()
    try:
        told = settings_address(course)
        address = address_of(
            told.repository if repository is None else repository,
            told.revision if revision is None else revision,
        )
        if standalone:
            written = release_standalone(course, output, address=address, proof=proof, say=print)
        else:
            written = release(course, address=address, proof=proof, say=print)
    except ReleaseRefused as error:
        print(f"Nothing was released: {error}", file=sys.stderr)
        return 1
    except (BadAddress, BadFolder) as error:
        print(f"Nothing was released: {error}", file=sys.stderr)
        return 2
    for path in written:
        print(f"released {path}")
    return 0
