"""What came in: any file read without fear, whose it is, which notebook it is.

Comes in: bytes that nobody vouches for. Goes out: plain `Cell`s, or `NotGradable` with one
sentence. Nothing here runs code, changes a submitted file or knows of marks.
"""
