"""The layers one by one: the filter's program, pieces of folders, names, settings, the table."""

from __future__ import annotations

import errno
import json
import struct
import sys

import pytest
from traitlets.config import Config

from autograder.cli.main import main
from autograder.kernels import landlock, seccomp
from autograder.kernels.errors import ProtectionTooWeak
from autograder.kernels.layers import NEEDS, STOPS, Protection, in_words
from autograder.kernels.limits import Limits
from autograder.kernels.session import Kernel, try_out
from autograder.kernels.settings import Sandbox, load_config

ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def answer(machine, number, first=0, arch=None):
    """What the filter says of a system call, worked out as Linux would."""
    data = struct.pack("=IIQQ", number, arch or ARCH[machine], 0, first)
    steps = list(struct.iter_unpack("=HBBI", seccomp.program(machine)))
    at, register = 0, 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == 0x06:
            return value
        if code == 0x20:
            register = struct.unpack_from("=I", data, value)[0]
        else:
            holds = {0x15: register == value, 0x35: register >= value, 0x45: register & value}
            at += if_true if holds[code] else if_false


#: On both kinds of processor: socket, clone, clone3, kill, ptrace, read, execve.
NUMBERS = {
    "x86_64": (41, 56, 435, 62, 101, 0, 59),
    "aarch64": (198, 220, 435, 129, 117, 63, 221),
}


@pytest.mark.parametrize("machine", ARCH)
def test_the_filter_refuses_what_it_should_and_nothing_else(machine):
    socket, clone, clone3, kill, ptrace, read, execve = NUMBERS[machine]
    assert answer(machine, ptrace) == EPERM
    assert [answer(machine, number) for number in (read, execve)] == [ALLOW, ALLOW]
    families = {family: answer(machine, socket, family) for family in (1, 2, 10, 16, 17, 40)}
    assert families == {1: ALLOW, 2: EPERM, 10: EPERM, 16: ALLOW, 17: EPERM, 40: EPERM}
    # The first argument is an int: what stands above its 32 bits does not count.
    assert answer(machine, socket, 2 | 1 << 32) == EPERM
    assert answer(machine, clone, 0x3D0F00) == ALLOW, "a thread"
    assert answer(machine, clone, 17 | 0x10000000) == EPERM, "a user namespace"
    assert answer(machine, clone3) == ENOSYS
    assert answer(machine, kill, 2**64 - 1) == EPERM
    assert answer(machine, kill, 7) == ALLOW
    assert answer(machine, read, arch=0x40000003) == KILL, "32-bit calls have other numbers"


def test_the_filter_knows_the_other_numbers_of_x86():
    assert answer("x86_64", 0x40000000 | 41, 2) == EPERM


def test_an_unknown_processor_is_named():
    with pytest.raises(OSError, match="riscv64"):
        seccomp.program("riscv64")


def test_a_folder_is_taken_to_pieces_around_what_is_hidden(tmp_path):
    for name in ("a/b/secret/x", "a/b/open", "a/c", "d"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "a/link").symlink_to(tmp_path / "a/b/secret")
    shown, opened = landlock.without(
        [str(tmp_path / "a"), str(tmp_path / "d"), str(tmp_path / "a/b/secret/x")],
        [str(tmp_path / "a/b/secret")],
    )
    assert sorted(shown) == [str(tmp_path / name) for name in ("a/b/open", "a/c", "d")]
    assert sorted(opened) == [str(tmp_path / name) for name in ("a", "a/b")]


def test_a_level_follows_from_what_is_prevented():
    assert Protection(dict.fromkeys(STOPS, "")).level == "full"
    assert Protection().level == "none"
    assert set(Protection().open) == set(NEEDS)
    some = Protection({"landlock": "", "encryption": "", "watch": "", "pids": "no"})
    assert some.level == "partial"
    assert some.layers == ["landlock", "watch", "encryption"]
    assert "the network" in some.open
    assert "files outside scratch" not in some.open
    words = in_words(some.as_json())
    assert words.startswith("Protection: partial (landlock, watch, encryption); missing: mounts")
    assert "Nothing prevents: the network" in words


def test_a_demand_names_what_is_missing():
    here = Protection({"landlock": "", "pids": "no user namespace"})
    here.demand(["landlock"])
    with pytest.raises(ProtectionTooWeak, match="'pids', which this machine lacks: no user"):
        here.demand(["landlock", "pids"])
    with pytest.raises(ProtectionTooWeak, match="'firewall', which is no layer"):
        here.demand(["firewall"])
    with pytest.raises(ProtectionTooWeak, match="nothing here prevents access to the network"):
        here.demand(["full"])


def test_settings_come_from_nbgraders_file(tmp_path):
    assert load_config(tmp_path) == Config()
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.Sandbox.memory = 2**30\nc.Sandbox.require = ['landlock']\n"
    )
    settings = Sandbox(config=load_config(tmp_path))
    assert settings.limits() == Limits(memory=2**30)
    assert settings.require == ["landlock"]


def test_the_limits_are_those_promised():
    assert Limits() == Limits(
        cell_seconds=120,
        notebook_seconds=300,
        memory=4 * 2**30,
        processes=64,
        output=4 * 2**20,
        file_size=50_000_000,
    )


def test_a_kernel_is_refused_without_what_is_demanded(monkeypatch):
    monkeypatch.setattr("autograder.kernels.process.WANTED", ("rlimits",))
    config = Config()
    config.Sandbox.require = ["landlock"]
    with pytest.raises(ProtectionTooWeak, match="'landlock'"), Kernel(config):
        pass
    assert not try_out(config).protection.on("landlock"), "trying out demands nothing"


def test_a_view_that_breaks_half_way_is_done_without(monkeypatch):
    if not try_out().protection.on("mounts"):
        pytest.skip("no view of the files can be built here")
    monkeypatch.setattr("autograder.kernels.process._broken", {})
    config = Config()
    config.Sandbox.read = ["/dev"]  # where the view has links of its own to make
    protection = try_out(config).protection
    assert not protection.on("mounts")
    assert "FileExistsError" in protection.reasons["mounts"]
    assert protection.on("landlock")


def test_doctor_says_what_there_is(capsys):
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in found["layers"]] == list(STOPS)
    for row in found["layers"]:
        assert row["stops"]
        assert row["available"] == (row["why"] == "")
        assert (row["name"] in found["protection"]["layers"]) == row["available"]
    assert found["warm"]["available"] == (found["warm"]["why"] == "")
    assert found["warm"]["available"] == (sys.platform == "linux")
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert f"Python {found['python']} grades" in shown
    assert f"Kernels: {'warm' if found['warm']['available'] else 'cold'}, " in shown
    assert "what it stops" in shown
    assert f"Protection: {found['protection']['sandbox']}" in shown
