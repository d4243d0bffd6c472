"""Which files a kernel may read, and the folders of its own. Knows no notebook.

A kernel imports `helpers` and `autograder.checks` from a copy made for it, so that it never needs
to read the checkout or the installed package, which hold the solutions.
"""

import compileall
import contextlib
import os
import secrets
import shutil
import site
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path, PurePath
from typing import IO

#: System files that Python, its libraries and matplotlib read.
_SYSTEM = [
    *("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec"),
    *("/usr/share", "/usr/include", "/usr/local/bin", "/usr/local/lib", "/usr/local/share"),
    *("/usr/local/fonts", "/usr/local/cuda", "/sys/devices/system/cpu", "/sys/devices/system/node"),
]
_ETC = [
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"),
    *("timezone", "locale.alias", "mime.types", "nsswitch.conf", "passwd", "group", "protocols"),
    *("services", "hosts", "host.conf", "matplotlibrc", "os-release", "lsb-release"),
    *("debian_version", "redhat-release"),
]
#: What an installation of Python or an environment has, and a home folder has not.
_PREFIX_PARTS = ("bin", "lib", "lib64", "share", "include", "etc", "pyvenv.cfg")
DEVICES = [f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")]
#: What scratch folders begin with, besides the files that lie beside a notebook.
_FOLDERS = ("tmp", "matplotlib", "ipython")
CONNECTION = "connection.json"
RESERVED = frozenset((*_FOLDERS, CONNECTION))
#: Variables that a kernel gets from the grader, where they are set.
_PASSED = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT", "COMSPEC")
#: Ids that systemd hands out to services for their lifetime; no account has one.
_USERS = range(61184, 65520)
#: A local socket's path has at most about 100 bytes, of which some 25 are ours.
_LONGEST = 75


def readable() -> list[str]:
    """Files and folders that a kernel may read: the system's libraries and Python's own."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    parts = [f"{prefix}/{part}" for prefix in sorted(prefixes) for part in _PREFIX_PARTS]
    parts += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    parts += [str(Path(sys.executable).resolve().parent)]
    if site.ENABLE_USER_SITE:
        parts.append(site.getusersitepackages())
    paths = [*_SYSTEM, *(f"/etc/{name}" for name in _ETC), *parts]
    present = [path for path in dict.fromkeys(paths) if Path(path).exists()]
    links = {path for path in present if Path(path).is_symlink()}
    # Links stay, because names such as /lib/ld-linux.so have to be found; the rest is not doubled.
    return [
        path
        for path in present
        if path in links
        or not any(path.startswith(other + "/") for other in present if other not in links)
    ]


def hidden() -> list[str]:
    """What a kernel must not read although it may lie in a readable folder: this package."""
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    if site.ENABLE_USER_SITE:
        folders.add(site.getusersitepackages())
    own = Path(__file__).resolve().parent.parent
    return [*(str(Path(folder, "autograder")) for folder in sorted(folders)), str(own)]


@lru_cache(maxsize=1)
def project() -> dict[str, tuple[bytes, int]]:
    """`helpers` and `autograder.checks`, compiled: each file's content and date, by path.

    They are kept in memory, for a process that starts many kernels: compiling what an installation
    could not compile, or was told not to, takes longer than a kernel's start.
    """
    place, found = Path(__file__).parents[2], {}
    with tempfile.TemporaryDirectory(prefix="moons-") as folder:
        target = Path(folder)
        for package in ("helpers", "autograder/checks"):
            shutil.copytree(place / package, target / package)
        shutil.copy2(place / "autograder/__init__.py", target / "autograder")
        compileall.compile_dir(target, quiet=2)
        for path in filter(Path.is_file, target.rglob("*")):
            name = path.relative_to(target).as_posix()
            found[name] = path.read_bytes(), path.stat().st_mtime_ns
    return found


def copy_project(target: Path) -> None:
    """Write `helpers` and `autograder.checks` into a new folder, readable by everyone."""
    files = project()
    folders = {str(above) for name in files for above in PurePath(name).parents}
    for folder in sorted(folders):
        (target / folder).mkdir()
        (target / folder).chmod(0o755)
    for name, (content, date) in files.items():
        path = target / name
        path.write_bytes(content)
        path.chmod(0o644)
        os.utime(path, ns=(date, date))  # a compiled file counts for a source of its date alone


@lru_cache(maxsize=1)
def font_list() -> Path | None:
    """Matplotlib's list of fonts, so that no kernel has to make its own (some seconds)."""
    import matplotlib

    folder, name = Path(matplotlib.get_cachedir()), "fontlist-*.json"
    if not any(folder.glob(name)):
        import_module("matplotlib.font_manager")  # writes it
    return max(folder.glob(name), key=lambda path: path.stat().st_mtime, default=None)


def fill_seed(seed: Path, beside: Mapping[str, bytes]) -> None:
    """What a scratch folder begins with, with more files by their path in it: none `RESERVED`."""
    for name in _FOLDERS:
        (seed / name).mkdir(parents=True)
    fonts = font_list()
    if fonts is not None:
        shutil.copy(fonts, seed / "matplotlib")
    for name, content in beside.items():
        path = seed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def environment(scratch: Path, project: Path) -> dict[str, str]:
    """All variables that a kernel gets; none of the grader's secrets is among them."""
    kept = {name: os.environ[name] for name in _PASSED if name in os.environ}
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "HOME": str(scratch),
        "USERPROFILE": str(scratch),
        "USER": "learner",
        "LOGNAME": "learner",
        "TMPDIR": str(scratch / "tmp"),
        "TEMP": str(scratch / "tmp"),
        "IPYTHONDIR": str(scratch / "ipython"),
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "PYTHONPATH": str(project),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
        # There is no network: fail at once, and not after five tries.
        "PIP_NO_INDEX": "1",
        "PIP_RETRIES": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


class Scratch:
    """The folders of one kernel; `remove` takes them away.

    - `home/`: scratch, where the kernel stands, the one place where it may write
    - `ipc/`: its sockets
    - `project/`: the code that it imports
    - `seed/`: what `home/` begins with: the connection file, matplotlib's list of fonts, and what
      lies beside the notebook
    - `view/`: empty, the place to build the kernel's view of the file system on

    Args:
        own_user: choose a user for this kernel alone, whom `launch` gives the folders to.
        beside: the content of files that `home/` begins with, by path in it.
    """

    def __init__(self, *, own_user: bool, beside: Mapping[str, bytes]) -> None:
        self.user = secrets.choice(_USERS) if own_user else 0
        place = Path(tempfile.gettempdir()).resolve()
        if len(str(place)) > _LONGEST and Path("/tmp").is_dir():
            place = Path("/tmp").resolve()
        self.root = Path(tempfile.mkdtemp(prefix="moons-", dir=place))
        self.home = self.root / "home"
        self.ipc = self.root / "ipc"
        self.project = self.root / "project"
        self.seed = self.root / "seed"
        self.view = self.root / "view"
        try:
            self.root.chmod(0o711)
            for folder in (self.home, self.ipc, self.view):
                folder.mkdir(mode=0o700)
            copy_project(self.project)
            self.seed.mkdir(mode=0o700)
            fill_seed(self.seed, beside)
        except BaseException:
            self.remove()
            raise

    def log(self) -> IO[bytes]:
        """The empty file for what the launcher, or the kernel while it starts, writes."""
        return (self.root / "log").open("wb")

    def last_line(self) -> str:
        """What the launcher, or the kernel while it started, wrote last."""
        with contextlib.suppress(OSError, IndexError):
            return (self.root / "log").read_text("utf-8", "replace").strip().splitlines()[-1]
        return ""

    def remove(self) -> None:
        """Delete everything; does nothing when it is gone."""
        shutil.rmtree(self.root, ignore_errors=True)
