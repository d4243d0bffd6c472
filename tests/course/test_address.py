"""The repository's address: stated once, and never more than an address."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.course.address import Address, BadAddress, address_of

ROOT = Path(__file__).parents[2]
STATED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"][
    "Repository"
]
#: Where it may stand: the one statement, a page that links, and what is made from the sources.
MAY = ("pyproject.toml", "README.md", "notebooks")
FOLDERS = ("autograder", "docs", "helpers", "solutions", "tests", ".ci")

BAD_REPOSITORIES = [
    "",
    "github.com/OWNER/NAME",
    "http://github.com/OWNER/NAME",
    "git@github.com:OWNER/NAME",
    "https://github.com/OWNER",
    "https://github.com/OWNER/NAME/tree/main",
    "https://user:secret@github.com/OWNER/NAME",
    "https://github.com/OWNER/NAME?x=1",
    "https://github.com/OWNER/NAME#egg=other",
    'https://github.com/OWNER/NAME"\nimport os\n"',
    "https://github.com/OWNER/NAME\n",
    "https://github.com/OWNER/{NAME}",
    "https://github.com/OWNER/NAME@main",
    "https://github.com/../NAME",
    "https://github.com/--upload-pack/NAME",
    "https://github.com/OWNER/NAME)](https://example.org/x",
    "file:///a b",
    "https://github.com/OWNER/" + "N" * 200,
]
BAD_REVISIONS = [
    "",
    "-q",
    "--upload-pack=x",
    'main"',
    "main'; import os",
    "main\n",
    "main\nimport os",
    "a b",
    "a..b",
    "a//b",
    "/a",
    "a/",
    "a.lock",
    "main#egg=other",
    "v1@v2",
    "{main}",
    "a\\b",
    "é",
    "r" * 201,
]


def test_without_a_word_it_is_the_packages_own_at_main():
    assert address_of() == Address(STATED, "main")


@pytest.mark.parametrize(
    ("repository", "revision"),
    [
        ("https://github.com/OWNER/NAME", "v1.2"),
        ("https://gitlab.example.org:8443/group/sub/NAME", "feature/x_1+2"),
        ("file:///tmp/a-folder/NAME", "0123abc"),
    ],
)
def test_an_address_is_taken_as_it_is(repository, revision):
    assert address_of(repository, revision) == Address(repository, revision)
    assert address_of(repository, revision).package == f"git+{repository}@{revision}"


def test_endings_that_people_copy_along_are_taken_off():
    for ending in ("/", ".git", ".git/"):
        assert address_of("https://github.com/OWNER/NAME" + ending).repository.endswith("/NAME")


def test_links_lead_to_the_revision():
    address = address_of("https://github.com/OWNER/NAME", "v1")
    assert address.page("a/b.ipynb") == "https://github.com/OWNER/NAME/blob/v1/a/b.ipynb"
    assert address.colab("a/b.ipynb") == (
        "https://colab.research.google.com/github/OWNER/NAME/blob/v1/a/b.ipynb"
    )
    elsewhere = address_of("https://gitlab.example.org/OWNER/NAME", "v1")
    assert elsewhere.colab("a/b.ipynb") == ""
    assert elsewhere.page("a/b.ipynb") == "https://gitlab.example.org/OWNER/NAME"


@pytest.mark.parametrize("repository", BAD_REPOSITORIES)
def test_another_text_is_no_repository(repository):
    with pytest.raises(BadAddress, match=r"\A[^\n]* is no address of a repository: [^\n]*\Z"):
        address_of(repository)


@pytest.mark.parametrize("revision", BAD_REVISIONS)
def test_another_text_is_no_revision(revision):
    with pytest.raises(BadAddress, match=r"\A[^\n]* is no revision: [^\n]*\Z"):
        address_of("https://github.com/OWNER/NAME", revision)


@pytest.mark.parametrize(
    "arguments",
    [["--repository", 'https://x.org/a"\nimport os'], ["--repository", ""], ["--revision=-x"],
     ["--standalone", "--revision", "a\nb"], ["--output", "x"]],
)  # fmt: skip
def test_the_command_refuses_them_in_one_sentence(arguments, tmp_path, monkeypatch, capsys):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    monkeypatch.chdir(tmp_path)
    assert main(["release", "--no-proof", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"solutions", "nbgrader_config.py"}


def test_the_address_is_stated_once():
    place = STATED.removeprefix("https://github.com/")
    files = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        paths = (ROOT / folder).rglob("[!.]*")
        files += [
            path for path in paths if path.is_file() and ".ipynb_checkpoints" not in path.parts
        ]
    assert len(files) > 200
    stating = {
        path.relative_to(ROOT).parts[0] if path.parent != ROOT else path.name
        for path in files
        if path.suffix not in (".pyc", ".png") and place.encode() in path.read_bytes()
    }
    assert stating - set(MAY) == set()
    assert "pyproject.toml" in stating
