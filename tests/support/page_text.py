"""What stands on a page of ours, without its markup and its drawings."""

import re


def text_of(page):
    """The words of a page's HTML, in one line."""
    return " ".join(re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL).split())
