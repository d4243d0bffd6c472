"""Runs a mended notebook for its evidence, for `autograder grade` and nbgrader alike."""

from __future__ import annotations

from collections.abc import Mapping

from nbformat import NotebookNode
from traitlets.config import Config

from autograder.grading.again import run_fairly
from autograder.grading.evidence import Evidence, judge_hash
from autograder.grading.mending import Mended
from autograder.grading.template import Template


def run_for_evidence(
    notebook: NotebookNode,
    template: Template,
    mended: Mended,
    *,
    config: Config,
    sha256: str,
    earlier: Evidence | None,
    beside: Mapping[str, bytes],
) -> Evidence:
    """Run a notebook; it is filled with its outputs.

    Args:
        notebook: of `mended`, perhaps changed since.
        template: what it was mended into.
        mended: gets what there is to tell about the run.
        config: with a `Sandbox` section.
        sha256: of the submitted file.
        earlier: evidence of an earlier run: the same file is asked the same questions again, and
            gets the same marks.
        beside: the files that lie beside it.

    Raises:
        CannotRun: the kernel could not be started; the message says why.
    """
    kept: list[Evidence] = []

    def keep(secret: int, attempt: int, checks: dict[str, str]) -> None:
        kept.append(
            Evidence(
                notebook=template.name,
                submission=sha256,
                release=template.revision,
                judge=judge_hash(),
                secret=f"{secret:x}",
                attempt=attempt,
                checks=checks,
            )
        )

    mended.mended += run_fairly(
        notebook,
        template.name,
        mended.claims,
        config=config,
        secret=int(earlier.secret, 16) if earlier and earlier.submission == sha256 else None,
        on_evidence=keep,
        beside=beside,
    )
    return kept[0]
