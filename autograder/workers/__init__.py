"""Many notebooks at once: in processes of this machine, or on a Dask cluster elsewhere.

Comes in: `Task`s. Goes out: what was `Found`, as it is done.
A worker touches no gradebook; one process alone writes.
"""
