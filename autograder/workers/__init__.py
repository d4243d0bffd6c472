"""Many notebooks at once: in processes of this machine, or on a Dask cluster elsewhere.

Comes in: `Job`s. Goes out: each one's `Result`, as it is done.
A worker touches no gradebook; one process alone writes.
"""
