"""Opens a page in Chromium and tells what it did: scripts, dialogs, requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Browser

from tests.browser.conftest import keep_local

#: What a page of ours must not hold, whoever wrote it; scripts are looked at one by one.
ACTIVE = (
    "iframe, object, embed, form, base, link[href^='http:'], meta[http-equiv], svg, math, video,"
    " .modal-backdrop, #overlay, #covering, [srcset], [srcdoc]"
)
_HANDLERS = """() => [...document.querySelectorAll('*')].flatMap((node) =>
  [...node.attributes].filter((a) => /^on/i.test(a.name)).map((a) => `${a.name}=${a.value}`))"""
_LINKS = """() => [...document.querySelectorAll('a[href], img[src]')].map((node) =>
  node.getAttribute('href') || node.getAttribute('src').slice(0, 24))"""


@contextmanager
def server() -> Iterator[tuple[str, list[str]]]:
    """A loopback server that answers nothing: its address, and a list of what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()


def opened(browser: Browser, address: str, **options: object) -> dict[str, object]:
    """What became of a page: see the keys.

    Args:
        browser: Chromium.
        address: of the page.
        options: of the browser's context.
    """
    page = keep_local(browser.new_context(**options)).new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    page.wait_for_timeout(500)  # for what waits: images that fail, refreshes, toggles
    found = {
        "address": page.url,
        "pwned": page.evaluate("window.pwned"),
        "title": page.title(),
        "dialogs": dialogs,
        "active": page.locator(ACTIVE).evaluate_all("all => all.map((one) => one.outerHTML)"),
        "handlers": page.evaluate(_HANDLERS),
        "links": page.evaluate(_LINKS),
        "scripts": page.locator("script").evaluate_all("all => all.map((one) => one.outerHTML)"),
        "text": page.locator("body").inner_text(),
        "tables": page.locator("table").count(),
        "alts": page.locator("img").evaluate_all("all => all.map((one) => one.alt)"),
    }
    page.context.close()
    return found
