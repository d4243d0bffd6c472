"""What a release puts into notebooks: the address and the revision in links and setup cell."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

from autograder.cli.main import main
from autograder.course.address import Address
from autograder.release.generate import generate
from tests.support.classes import FULL, new_course

ROOT = Path(__file__).parents[2]
FORK = Address("https://github.com/OWNER/NAME", "2026-autumn")


def texts(content: bytes) -> str:
    cells = nbformat.reads(content.decode(), as_version=4).cells
    return "\n".join(cell.source for cell in cells)


def setup_of(content: bytes) -> nbformat.NotebookNode:
    cells = nbformat.reads(content.decode(), as_version=4).cells
    return next(cell for cell in cells if cell.id == "setup")


@pytest.fixture(scope="module")
def fork():
    return generate(ROOT, address=FORK)


def test_every_link_and_the_setup_cell_have_the_address(fork):
    assert len(fork) == 3
    for name, content in fork.items():
        text = texts(content)
        links = re.findall(r"https://[^\s)]*github(?:\.com)?/[^\s)]*(?=\))", text)
        place = f"OWNER/NAME/blob/2026-autumn/{{}}/classification/{name}"
        colab = f"https://colab.research.google.com/github/{place.format('notebooks')}"
        solution = f"https://github.com/{place.format('solutions')}"
        assert set(links) == {colab, solution}
        assert "](../" not in text
        assert 'SOURCE = "git+https://github.com/OWNER/NAME@2026-autumn"' in text


def test_nothing_but_addresses_differs_from_the_usual_release(fork):
    for name, content in generate(ROOT).items():
        usual = (ROOT / "notebooks/classification" / name).read_bytes()
        assert content == usual
        place = re.search(rb"git\+https://github.com/([\w.-]+/[\w.-]+)@main", usual).group(1)
        moved = usual.replace(place, b"OWNER/NAME").replace(b"/blob/main/", b"/blob/2026-autumn/")
        assert moved.replace(b"NAME@main", b"NAME@2026-autumn") == fork[name]


def test_where_colab_cannot_reach_it_there_is_no_link_to_colab():
    released = generate(ROOT, address=Address("https://gitlab.example.org/OWNER/NAME", "v1"))
    for content in released.values():
        text = texts(content)
        assert "colab.research" not in text
        assert "Open this notebook in Colab" not in text
        assert re.search(
            r"\[Solution of exercise .+?\]\(https://gitlab.example.org/OWNER/NAME\)", text
        )
        first = text.splitlines()
        assert first[0].startswith("# ")
        assert first[1] == ""
        assert first[2].startswith("You ")


def test_the_setup_cell_is_plain_python_and_moves_nothing(fork):
    source = setup_of(fork["01_moons.ipynb"]).source
    ast.parse(source)
    assert '"--no-deps"' in source
    assert "--upgrade" not in source
    assert not re.search(r"\b(torch|setuptools)\b", source)


def test_formgraders_button_stamps_too(tmp_path, monkeypatch):
    """It is nbgrader's own command; the settings alone say the address there."""
    course = new_course(tmp_path)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write('c.Stamp.repository = "https://github.com/OWNER/NAME"\n')
        file.write('c.Stamp.revision = "v7"\n')
    assert b"OWNER/NAME@v7" in generate(course)["02_tanh.ipynb"]
    monkeypatch.chdir(course)
    assert main(["release", "--no-proof"]) == 0
    assert b"OWNER/NAME@v7" in (course / "notebooks/classification/02_tanh.ipynb").read_bytes()
    assert main(["release", "--no-proof", "--revision", "v8"]) == 0
    assert b"OWNER/NAME@v8" in (course / "notebooks/classification/02_tanh.ipynb").read_bytes()


def test_settings_that_are_no_address_are_refused(tmp_path, monkeypatch, capsys):
    course = new_course(tmp_path)
    before = (course / "notebooks/classification/02_tanh.ipynb").read_bytes()
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("c.Stamp.revision = 'main\"; print(1)'\n")
    monkeypatch.chdir(course)
    assert main(["release", "--no-proof"]) == 2
    assert "is no revision" in capsys.readouterr().err
    assert (course / "notebooks/classification/02_tanh.ipynb").read_bytes() == before


def test_a_notebook_of_a_fork_is_graded_like_any_other(fork, tmp_path, capsys):
    from tests.support.bare import answered

    path = tmp_path / "Copy of 02_tanh.ipynb"
    nbformat.write(answered(fork["02_tanh.ipynb"]), path)
    assert main(["check", str(path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["score"], result["mended"], result["flags"]) == (FULL, [], [])
