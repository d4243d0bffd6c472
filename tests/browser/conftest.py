"""A browser for pytest-playwright's fixtures: the machine's own Chromium, kept off the network."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.support import chromium

# A limit that only a hang meets; the usual five seconds are met by a slow machine.
expect.set_options(timeout=120_000)

#: What a page may ask for: this machine, and what lies in the page itself.
LOCAL = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|data:|blob:|about:|file:")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = chromium.find()
    if path is None and os.environ.get("CI"):
        pytest.fail(chromium.MISSING)  # there, a skip would go unseen
    if path is None:
        pytest.skip(chromium.MISSING)
    return {**browser_type_launch_args, "executable_path": path, "args": [*chromium.ARGUMENTS]}


def keep_local(context: BrowserContext) -> BrowserContext:
    """Let a context's pages reach this machine and nothing else."""

    def decide(route: Route) -> None:
        if LOCAL.match(route.request.url):
            route.continue_()
        else:
            route.abort()

    context.route("**/*", decide)
    return context


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    return keep_local(context)
