"""`autograder lab` as a process, and JupyterLab's page as a learner uses it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from tests.browser.conftest import keep_local

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build/screenshots"
SECONDS = 90
TOKEN = "secret"
#: The notebook that is on the screen; others are tabs.
_SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden)"


class Lab:
    """A server that runs: its address and its interface for programs."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"

    def ask(self, path: str) -> Any:
        """What the server answers to `/api/...`, as JSON."""
        request = urllib.request.Request(
            f"{self.address}/api/{path}", headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.load(answer)

    def wait_until_idle(self, page: Page) -> None:
        """Wait for all kernels, which the page's own sign is a little late to tell of.

        The page waits: its requests go through this process, which must not sleep.
        """
        until = time.monotonic() + SECONDS
        quiet = 0
        while quiet < 3:
            sessions = self.ask("sessions")
            states = [each["kernel"]["execution_state"] for each in sessions]
            quiet = quiet + 1 if states and set(states) == {"idle"} else 0
            assert time.monotonic() < until, states
            page.wait_for_timeout(200)


@contextlib.contextmanager
def lab(course: Path, *arguments: str) -> Iterator[Lab]:
    """`autograder lab` in a course, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(course), "TZ": "UTC"}
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    log = (course / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", "lab", *arguments, "--", *options,
         f"--IdentityProvider.token={TOKEN}"],
        cwd=course, env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    started = Lab(port)
    try:
        until = time.monotonic() + SECONDS
        while True:
            try:
                started.ask("status")
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, (course / "server.log").read_text()
                assert time.monotonic() < until, "the server did not start"
                time.sleep(0.3)
        yield started
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def new_page(browser: Browser, lab: Lab, path: str) -> Page:
    """A page of a lab, in a window as people have it."""
    context = keep_local(browser.new_context(viewport={"width": 1440, "height": 900}))
    page = context.new_page()
    joined = "&" if "?" in path else "?"
    page.goto(f"{lab.address}{path}{joined}token={TOKEN}")
    return page


def picture(page: Page, name: str) -> None:
    """Keep what is on the screen, to be looked at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


class OpenNotebook:
    """An open notebook, by the words in its cells."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page, self.lab = page, lab
        expect(page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")).to_be_visible(
            timeout=SECONDS * 1000
        )
        lab.wait_until_idle(page)

    def cell(self, words: str, kind: str = "Code") -> Locator:
        """The cell with these words, scrolled to: cells far away are not on the page."""
        panel = self.page.locator(_SHOWN)
        found = panel.locator(f".jp-{kind}Cell", has_text=words).first
        notebook = panel.locator(".jp-WindowedPanel-outer").first
        for turn in range(120):
            if found.count() and found.is_visible():
                found.evaluate("cell => cell.scrollIntoView({block: 'center'})")
                self.page.wait_for_timeout(300)  # cells around it are put in, and move it
                if found.is_visible():
                    return found
            notebook.evaluate("(all, top) => { all.scrollTop = top; }", 400 * turn)
            self.page.wait_for_timeout(60)
        raise AssertionError(f"no cell with {words!r}")

    def select(self, words: str) -> Locator:
        """Click into a cell; once more if the page has put others in and moved it meanwhile."""
        for turn in range(4):
            found = self.cell(words)
            try:
                found.locator(".cm-content").first.click(timeout=5000)
                break
            except TimeoutError:
                if turn == 3:
                    raise
        return found

    def run_all_above(self, words: str) -> None:
        """Select a cell, and choose "Run All Above Selected Cell" in the menu."""
        self.select(words)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Above Selected Cell", exact=True).click()
        self.lab.wait_until_idle(self.page)

    def run(self, words: str) -> Locator:
        """Select a cell and press Shift and Enter; its output, when it has run."""
        self.select(words)
        self.page.keyboard.press("Shift+Enter")
        self.lab.wait_until_idle(self.page)
        return self.cell(words).locator(".jp-OutputArea").first

    def write(self, words: str, code: str) -> None:
        """Put other code in the place of a cell's."""
        self.select(words)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)
