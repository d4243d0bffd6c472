"""The files that say what to install agree with each other, and the wheel holds the course."""

from __future__ import annotations

import ast
import importlib.metadata as metadata
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support import small

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
REQUIREMENTS = [
    Requirement(line)
    for line in [*PROJECT["dependencies"], *(r for e in EXTRAS.values() for r in e)]
]
CONDA_NAMES = {"pytorch": "torch"}
# What conda-forge lacks; environment.yml has pip install these, and no others.
NOT_ON_CONDA_FORGE = {"axe-playwright-python", "psycopg2-binary", "pytest-playwright"}
# torch's own metadata says which CUDA packages belong to it; which come differs by machine.
CUDA = ("cuda", "nvidia", "triton")
# What may lie in a work tree and must not ship.
STRAYS = re.compile(r"__pycache__|\.ipynb_checkpoints|Untitled|-Copy|gradebook\.db")


def name_and_bounds(line: str) -> tuple[str, str]:
    """A dependency as pip reads it; conda's `nbgrader=0.9` is pip's `nbgrader==0.9.*`."""
    requirement = Requirement(re.sub(r"(?<![<>=!~])=(?!=)([\d.]+)", r"==\1.*", line))
    name = canonicalize_name(requirement.name)
    return CONDA_NAMES.get(name, name), str(requirement.specifier)


def pins() -> dict[str, Version]:
    """constraints.txt: canonical name to version."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def installed_closure() -> Iterator[tuple[str, Version]]:
    """Every installed distribution that our dependencies need, directly or not."""
    waiting, seen = list(REQUIREMENTS), set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        key = (name, frozenset(requirement.extras))
        if key in seen or name.startswith(CUDA):
            continue
        seen.add(key)
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        yield name, Version(Version(distribution.version).public)  # torch is +cpu on some machines
        for line in distribution.requires or []:
            needed = Requirement(line)
            marker = needed.marker
            if marker is None or any(
                marker.evaluate({"extra": e}) for e in ["", *requirement.extras]
            ):
                waiting.append(needed)


def test_a_dependency_has_the_same_bounds_in_every_list() -> None:
    stated = {name_and_bounds(str(requirement)) for requirement in REQUIREMENTS}
    names = [name for name, _ in stated]
    assert sorted(names) == sorted(set(names))


def test_conda_environment_says_the_same_as_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    lines = environment["dependencies"]
    (from_pip,) = [line["pip"] for line in lines if isinstance(line, dict)]
    conda = dict(name_and_bounds(line) for line in lines if isinstance(line, str))
    assert conda.pop("pip") == ""
    extra = dict(name_and_bounds(line) for line in from_pip)
    assert set(extra) == NOT_ON_CONDA_FORGE
    assert not set(extra) & set(conda)
    conda |= extra
    expected = dict(name_and_bounds(str(requirement)) for requirement in REQUIREMENTS)
    expected["python"] = name_and_bounds("python" + PROJECT["requires-python"])[1]
    assert conda == expected
    assert environment["name"] == PROJECT["name"]
    assert environment["channels"][0] == "conda-forge"


def test_constraints_satisfy_the_bounds() -> None:
    pinned = pins()
    for requirement in REQUIREMENTS:
        version = pinned[canonicalize_name(requirement.name)]
        assert version in requirement.specifier, f"{requirement} is pinned at {version}"


def test_torch_is_pinned_without_a_build_tag() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert "torch==2.13.0" in lines
    assert not [line for line in lines if "+" in line or "@" in line or "://" in line]


@pytest.mark.skipif(sys.platform != "linux", reason="constraints.txt is resolved on Linux")
def test_constraints_cover_all_that_is_installed() -> None:
    pinned = pins()
    wrong = {
        name: f"installed {version}, pinned {pinned.get(name)}"
        for name, version in installed_closure()
        if pinned.get(name) != version
    }
    assert not wrong, "run `make env`, or `make constraints` after a change of dependencies"


@pytest.mark.parametrize("package", ["helpers", "autograder"])
def test_every_import_is_a_declared_dependency(package: str) -> None:
    declared = {canonicalize_name(requirement.name) for requirement in REQUIREMENTS}
    owners = metadata.packages_distributions()
    ours = {"helpers", "autograder", "google"}  # google.colab is there on Colab only
    undeclared = set()
    for path in sorted((ROOT / package).rglob("*.py")):
        if "answers" in path.parts:  # the sample class's code, some of it broken on purpose
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module or ""]
            else:
                continue
            for top in {module.partition(".")[0] for module in modules} - ours:
                names = {canonicalize_name(name) for name in owners.get(top, [top])}
                if top not in sys.stdlib_module_names and not names & declared:
                    undeclared.add(f"{path.relative_to(ROOT)}: {top}")
    assert not undeclared


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from an sdist, as a packager would build it."""
    pytest.importorskip("hatchling", reason="the packaging test needs hatchling: run `make env`")
    folder = tmp_path_factory.mktemp("dist")

    def build(target: str, source: Path) -> None:
        command = [sys.executable, "-m", "hatchling", "build", "--target", target]
        subprocess.run([*command, "--directory", str(folder)], cwd=source, check=True)

    build("sdist", ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    build("wheel", folder / sdist.name.removesuffix(".tar.gz"))
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def built(wheel: Path) -> set[str]:
    """The names in the wheel."""
    return set(zipfile.ZipFile(wheel).namelist())


def test_wheel_holds_the_code_and_the_course(built: set[str]) -> None:
    def files(folder: str, pattern: str) -> set[str]:
        paths = [path.relative_to(ROOT) for path in (ROOT / folder).rglob(pattern)]
        return {path.as_posix() for path in paths if not STRAYS.search(path.as_posix())}

    code = files("helpers", "*.*") | files("autograder", "*.*")
    notebooks = files("notebooks", "*.ipynb") | files("solutions", "*.ipynb")
    assert code
    assert notebooks
    beside = ["nbgrader_config.py", "constraints.txt"]
    course = {f"autograder/course_files/{name}" for name in [*notebooks, *beside]}
    assert code | course | {"autograder/gradescope/run_autograder"} <= built


def test_wheel_holds_nothing_else(built: set[str]) -> None:
    tops = {name.partition("/")[0] for name in built}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"helpers", "autograder"}
    assert not [name for name in built if STRAYS.search(name)]


#: Right where the solutions cannot be read, and wrong where they can.
ANSWER = """
def tanh(x):
    return x

try:
    open({secret!r}).close()
except OSError:
    def tanh(x):
        e = torch.exp(-2 * x.abs())
        return torch.sign(x) * (1 - e) / (1 + e)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid(), reason="full protection needs root")
def test_the_wheels_own_course_is_graded_by_and_cannot_be_read(wheel: Path, tmp_path: Path) -> None:
    """Outside of any clone, where the course lies inside the package."""
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    secret = installed / "autograder/course_files/solutions/classification/02_tanh.ipynb"
    assert secret.is_file()
    notebook = tmp_path / "my work.ipynb"
    answer = ANSWER.format(secret=str(secret)).strip()
    notebook.write_text(nbformat.writes(nbformat.from_dict(small.notebook(answer))), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "check", str(notebook), "--json"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["score"] == found["max_score"] == 5
