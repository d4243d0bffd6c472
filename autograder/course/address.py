"""Where the course's repository is, and which revision of it: checked, and made into links.

The address is stated once, in `pyproject.toml`; what is installed carries it as metadata. Both end
up in code that learners run, so nothing passes that could be more than an address.
"""

import re
from dataclasses import dataclass
from importlib.metadata import metadata

from autograder.errors import Refused

_PACKAGE = "moons-and-spirals"
_GITHUB = "https://github.com/"
_COLAB = "https://colab.research.google.com/github/"
#: No quotes, spaces, backslashes or braces, and nothing that git or pip take for an option.
_PART = r"[A-Za-z0-9~_][A-Za-z0-9._~-]*"
_REPOSITORY = re.compile(rf"(?:https://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?|file://)(?:/{_PART})+")
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*(?:/[A-Za-z0-9_][A-Za-z0-9._+-]*)*")
_LONGEST = 200


class BadAddress(Refused):
    """Text that is no address of a repository, or no revision; the message says what is wanted."""

    before = "Nothing was released: "


@dataclass(frozen=True)
class Address:
    """A repository and a revision in it, both safe to put into links and code; see `address_of`.

    Attributes:
        repository: such as `https://github.com/OWNER/NAME`.
        revision: a branch, a tag or a commit.
    """

    repository: str
    revision: str

    @property
    def package(self) -> str:
        """What pip installs the package from."""
        return f"git+{self.repository}@{self.revision}"

    def page(self, path: str) -> str:
        """A web page that shows a file; where only the front page is known, that one."""
        if not self.repository.startswith(_GITHUB):
            return self.repository
        return f"{self.repository}/blob/{self.revision}/{path}"

    def colab(self, path: str) -> str:
        """The address at which Colab opens a notebook; "" where Colab cannot reach it."""
        page = self.page(path)
        return page.replace(_GITHUB, _COLAB) if page.startswith(_GITHUB) else ""


def address_of(repository: str | None = None, revision: str = "main") -> Address:
    """An address from what a person wrote.

    The repository is as for `git clone`, with https (or file, to try it); None for the package's
    own. The revision is a branch, a tag or a commit.

    Raises:
        BadAddress: either is something else; the message is one sentence.
        PackageNotFoundError: the address is wanted of a package that is not installed.
    """
    told = _stated() if repository is None else repository
    url = told.removesuffix("/").removesuffix(".git")
    whole = url.count("/") == _GITHUB.count("/") + 1 or not url.startswith(_GITHUB)
    if len(url) > _LONGEST or not whole or not _REPOSITORY.fullmatch(url):
        raise BadAddress(
            f"{told!a} is no address of a repository: write one such as "
            "https://github.com/OWNER/NAME, of letters, digits and . _ ~ - alone."
        )
    wrong = len(revision) > _LONGEST or ".." in revision or revision.endswith((".", ".lock"))
    if wrong or not _REVISION.fullmatch(revision):
        raise BadAddress(
            f"{revision!a} is no revision: write a branch, tag or commit of letters, digits and "
            ". _ + - / alone."
        )
    return Address(url, revision)


def _stated() -> str:
    urls = dict(line.split(", ", 1) for line in metadata(_PACKAGE).get_all("Project-URL") or [])
    if "Repository" not in urls:
        raise BadAddress(f"The package {_PACKAGE} names no Repository: install it again.")
    return urls["Repository"]
