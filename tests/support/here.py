"""One worker alone works in the process of the tests, where they can change what it does."""

from __future__ import annotations

from autograder.workers import pool, process

#: What it does otherwise.
run_jobs = pool.run_jobs


def _run_jobs(jobs, workers):
    if min(workers, len(jobs)) > 1:
        yield from run_jobs(jobs, workers)
    else:
        yield from ([(job, process.run_job(job))] for job in jobs)


def begin() -> None:
    """From now on, for `autograder grade` in this process."""
    pool.run_jobs = _run_jobs
