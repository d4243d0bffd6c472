"""Keeps each graded notebook's evidence, so that a mark can be worked out again without running it.

A file holds what the kernel handed over for every check, the secret that the fresh draws came
from, and hashes of what was judged and by whom. It is for instructors alone: whoever knows the
secret knows the fresh draws.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from autograder.checks.verdict import Verdict
from autograder.grading.asking import verdict_on
from autograder.grading.records import write_bytes_whole

FORMAT = 2


@dataclass(frozen=True)
class Evidence:
    """One run of one notebook.

    Attributes:
        submission: sha256 of the submitted file's bytes.
        release: the hash of the release that the learner was given; "" for the current one.
        judge: see `judge_hash`.
        secret: what all seeds of the run came from, as hexadecimal text.
        attempt: the run that counts, from 1; see `again.run_fairly`.
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
    """A hash of packages' own files, without those of packages in them."""
    digest = hashlib.sha256()
    for package in packages:
        for source in sorted(files(package).iterdir(), key=lambda each: each.name):
            if source.name.endswith((".py", ".toml")):
                digest.update(f"{package}/{source.name}\n".encode() + source.read_bytes())
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
