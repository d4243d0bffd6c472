"""Keeps each graded notebook's evidence, so that a mark can be worked out again without running it.

A file holds what the kernel handed over for every check, the secret that the fresh draws came
from, and hashes of what was judged and by whom. It is for instructors alone: whoever knows the
secret knows the fresh draws.
"""

import gzip
import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from autograder.checks.words.verdict import Verdict
from autograder.course.sources import sources_of
from autograder.files import write_bytes_whole
from autograder.running.ask import verdict_on

FORMAT = 2


@dataclass(frozen=True)
class Evidence:
    """One run of one notebook.

    Attributes:
        submission: sha256 of the submitted file's bytes.
        release: the hash of the release that the learner was given; "" for the current one.
        judge: see `judge_hash`.
        secret: what all seeds of the run came from, as hexadecimal text.
        attempt: the run that counts, from 1; see `retry`.
        checks: the packed evidence by check cell.
    """

    notebook: str
    submission: str
    release: str
    judge: str
    secret: str
    attempt: int
    checks: dict[str, str]
    format: int = FORMAT


def path_of(
    course: Path, student: str, assignment: str, notebook: str, kept: str = "grading"
) -> Path:
    """Where a learner's evidence lies in a course."""
    return course / kept / "evidence" / student / assignment / f"{notebook}.json.gz"


@lru_cache(maxsize=1)
def judge_hash() -> str:
    """A hash of the sources that collect and judge: another one may give other verdicts."""
    return sources_hash("helpers", "autograder.checks")


def sources_hash(*packages: str) -> str:
    """A hash of all sources in packages, those of packages in them included."""
    digest = hashlib.sha256()
    for package in packages:
        for name, content in sources_of(package):
            digest.update(f"{name}\n".encode() + content)
    return digest.hexdigest()


def write(path: Path, evidence: Evidence) -> None:
    """Write it, whole or not at all, readable for its owner alone."""
    text = json.dumps(asdict(evidence)).encode()
    write_bytes_whole(path, gzip.compress(text, mtime=0), 0o600)


def read(path: Path) -> Evidence | None:
    """What is kept there; None if there is nothing, or nothing of a form that we know."""
    try:
        found = Evidence(**json.loads(gzip.decompress(path.read_bytes())))
        int(found.secret, 16)
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return found if found.format == FORMAT else None


def rejudge(evidence: Evidence) -> dict[str, Verdict]:
    """The verdict on each check, by the judges as they are now."""
    secret = int(evidence.secret, 16)
    return {check: verdict_on(check, text, secret) for check, text in evidence.checks.items()}
