"""Runs learners' code in a kernel that can reach nothing but its own scratch folder.

Comes in: code, and bounds for it. Goes out: messages, none of them believed. It does not know what
the code is for, nor that there are marks.

`session.Kernel` is what the rest of the autograder uses. Below it, `process` starts a kernel
through `launch`, a small process that puts the layers on (`mounts`, `privileges`, `landlock`,
`seccomp`, `limits`) and then becomes the kernel; `usage` bounds it from
outside. Everything that `launch` imports needs the standard library alone.

A cold kernel's `launch` is started; a warm one's is forked, with torch and the rest imported, from
`forkserver`; `warm` starts and asks it, `fresh` makes the fork like a new process.
"""
