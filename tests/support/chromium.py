"""Finds the Chromium (or Chrome) that the browser tests drive; run as a program, it prints which.

Playwright can bring a browser of its own, but many machines and mirrors can't download one. A
browser that the system's package manager keeps up to date is enough.
"""

from __future__ import annotations

import os
import shutil
import sys

#: In the order of preference; `CHROME_BIN` goes before all of them.
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = (
    "No Chromium found: install chromium or google-chrome with your package manager, "
    "or set CHROME_BIN to one."
)
#: Headless, also as root in a container, and silent on the network.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """The browser's path; None if there is none. A `CHROME_BIN` that is no program counts as none.

    There is no fall-back then: whoever sets it wants that browser and no other.
    """
    names = (os.environ["CHROME_BIN"],) if os.environ.get("CHROME_BIN") else NAMES
    return next(filter(None, map(shutil.which, names)), None)


if __name__ == "__main__":
    path = find()
    print(path or MISSING)
    sys.exit(path is None)
