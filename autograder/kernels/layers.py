"""The layers by name: what each stops, which ones this machine has, and what that adds up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.kernels.errors import ProtectionTooWeak

#: Every layer, and what it stops.
STOPS = {
    "mounts": "seeing any file that is not shown: other work, marks, other programs' sockets",
    "landlock": "reading solutions, marks and other work; writing outside scratch; tracing",
    "user": "acting as the grader's user: its files, its processes, its sockets",
    "capabilities": "gaining privileges, through set-user-id programs too",
    "net": "every network connection, seeing other programs' sockets",
    "seccomp": "network sockets, tracing, kernel interfaces that no lesson needs",
    "pids": "seeing or signalling other processes, leaving one behind",
    "reaper": "leaving a process behind, where there is no pid namespace",
    "ipc": "memory and messages shared with other programs",
    "rlimits": "files over the limit, fork bombs, one process over the memory limit",
    "cgroup": "all processes together over the memory limit, at once",
    "watch": "all processes together over the memory limit, within a second",
    "encryption": "reading or sending messages between another kernel and the grader",
}
#: What has to be prevented: any one of the layers named does it.
NEEDS = {
    "the network": ("seccomp", "net"),
    "files outside scratch": ("landlock", "mounts"),
    "the grader's process": ("landlock", "pids"),
    "other programs' sockets": ("mounts", "user"),
    "other kernels' messages": ("encryption",),
    "processes left behind": ("pids", "reaper"),
    "large files and fork bombs": ("rlimits",),
    "too much memory": ("cgroup", "watch"),
}
#: The layers that a launcher is asked to try.
WANTED = ("mounts", "landlock", "user", "net", "seccomp", "pids", "ipc", "rlimits")


@dataclass(frozen=True)
class Protection:
    """What protected one run: for each layer the reason why it is not on, or "" if it is."""

    reasons: Mapping[str, str] = field(default_factory=dict)

    def on(self, layer: str) -> bool:
        """Whether a layer is on."""
        return self.reasons.get(layer) == ""

    @property
    def layers(self) -> list[str]:
        """The layers that are on, in the table's order."""
        return [layer for layer in STOPS if self.on(layer)]

    @property
    def missing(self) -> list[str]:
        """The layers that are not."""
        return [layer for layer in STOPS if not self.on(layer)]

    @property
    def open(self) -> list[str]:
        """What no layer prevents."""
        return [need for need, any_of in NEEDS.items() if not any(map(self.on, any_of))]

    @property
    def level(self) -> str:
        """`full` if everything is prevented, `none` if nothing that a file or network needs is."""
        if not self.open:
            return "full"
        kept = {"the network", "files outside scratch"} - set(self.open)
        return "partial" if kept else "none"

    def demand(self, required: Iterable[str]) -> None:
        """Refuse to go on without what a setting demands: layers by name, or `full` protection.

        Raises:
            ProtectionTooWeak: one of these is not there, or there is none of this name.
        """
        for name in required:
            if self.on(name) or (name == "full" and not self.open):
                continue
            if name == "full":
                lacks = "full protection, and nothing here prevents access to "
                lacks += ", ".join(self.open)
            elif name in STOPS:
                why = self.reasons.get(name) or "not available"
                lacks = f"{name!r}, which this machine lacks: {why}"
            else:
                layers = ", ".join(STOPS)
                lacks = f"{name!r}, which is no layer. The layers are {layers}, or 'full'"
            raise ProtectionTooWeak(f"The settings demand {lacks}. See `autograder doctor`.")

    def as_json(self) -> dict[str, Any]:
        """The plain form, as in `autograder check --json`."""
        return {
            "sandbox": self.level,
            "layers": self.layers,
            "missing": self.missing,
            "open": self.open,
        }


def in_words(plain: Mapping[str, Any]) -> str:
    """`Protection.as_json` in one line for people: what protects a run, and what does not."""
    text = f"Protection: {plain['sandbox']}"
    if plain.get("layers"):
        text += f" ({', '.join(plain['layers'])})"
    if plain.get("missing"):
        text += f"; missing: {', '.join(plain['missing'])}"
    if plain.get("open"):
        text += f". Nothing prevents: {', '.join(plain['open'])}"
    return text + "."
