"""From `solutions/` to what learners get, proved before it is written.

Comes in: solved notebooks. Goes out: released ones, for a repository or standing alone.
It knows nothing of what is handed in.
"""
