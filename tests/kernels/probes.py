"""What learners' code might try, as cells for a real kernel; run as a program, as another user.

Each probe has something real to reach: a listening server, a file that anybody may read, a secret
in the grader's environment. A cell ends in `reached` being true or false, or in an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from traitlets.config import Config

from autograder.kernels import process
from autograder.kernels.layers import WANTED
from autograder.kernels.session import Kernel

ROOT = Path(__file__).parents[2]
#: Probe: the layers any of which stops it, and the cell.
PROBES = {
    "tcp": (
        ("net", "seccomp"),
        "import socket; socket.create_connection(('127.0.0.1', PORT), 2); reached = True",
    ),
    "udp": (
        ("net", "seccomp"),
        "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.connect(('127.0.0.1', PORT)); reached = s.send(b'hello') == 5",
    ),
    "tcp_from_another_program": (
        ("net", "seccomp"),
        "import subprocess, sys\n"
        "dial = 'import socket; socket.create_connection((\"127.0.0.1\", PORT), 2)'\n"
        "ended = subprocess.run([sys.executable, '-c', dial], capture_output=True)\n"
        "reached = ended.returncode == 0",
    ),
    "gradebook": (
        ("mounts", "landlock"),
        "reached = open('FOLDER/gradebook.db').read() == 'SECRET'",
    ),
    "solutions_in_the_checkout": (
        ("mounts", "landlock"),
        "reached = 'SOLUTION' in open('ROOT/solutions/classification/02_tanh.ipynb').read()",
    ),
    "solutions_in_the_installation": (
        ("mounts", "landlock"),
        "import sysconfig; place = sysconfig.get_path('purelib')\n"
        "place += '/autograder/course_files/solutions/classification/02_tanh.ipynb'\n"
        "reached = 'SOLUTION' in open(place).read()",
    ),
    "private_tests_in_a_readable_folder": (
        ("mounts", "landlock"),
        "assert open('FOLDER/shared/public.txt').read() == 'for all'\n"
        "reached = open('FOLDER/shared/private/test.py').read() == 'SECRET'",
    ),
    "other_scratch": (
        ("mounts", "landlock"),
        "reached = open('OTHER/home/work.txt').read() == 'SECRET'",
    ),
    "other_kernels_files_by_search": (
        ("mounts", "landlock"),
        "import pathlib; reached = bool([p for p in pathlib.Path('TEMP').glob('moons-*/*/*.json')\n"
        "    if not str(p).startswith(str(pathlib.Path.home().parent))])",
    ),
    "other_kernels_socket": (
        ("mounts", "user"),
        "import glob, socket; s = socket.socket(socket.AF_UNIX); s.connect('OTHER/ipc/c-1')\n"
        "reached = True",
    ),
    "another_programs_socket": (
        ("mounts",),
        "import socket; s = socket.socket(socket.AF_UNIX); s.connect('FOLDER/socket')\n"
        "reached = True",
    ),
    "another_programs_abstract_socket": (
        ("net", "landlock"),
        "import socket; s = socket.socket(socket.AF_UNIX); s.connect('\\0ABSTRACT')\n"
        "reached = True",
    ),
    "list_of_sockets": (
        ("net", "landlock"),
        "reached = 'ABSTRACT' in open('/proc/net/unix').read()",
    ),
    "own_environment": ((), "import os; reached = 'SECRET' in str(os.environ)"),
    "environment_of_all_processes": (
        ("pids", "landlock", "user"),
        "import glob, contextlib\nreached = False\nfor path in glob.glob('/proc/[0-9]*/environ'):\n"
        "    with contextlib.suppress(OSError):\n"
        "        reached |= b'SECRET' in open(path, 'rb').read()",
    ),
    "command_lines_of_all_processes": (
        ("pids", "landlock"),
        "import os; reached = os.path.exists('/proc/PID/cmdline') and "
        "b'python' in open('/proc/PID/cmdline', 'rb').read()",
    ),
    "memory_of_another_process": (
        ("pids", "landlock", "user"),
        "import re; m = open('/proc/PID/mem', 'rb'); reached = False\n"
        "for line in open('/proc/PID/maps'):\n"
        "    if ' rw-p ' in line and '[' not in line or '[heap]' in line:\n"
        "        start, end = (int(n, 16) for n in re.match('(.*?)-(.*?) ', line).groups())\n"
        "        m.seek(start); reached |= b'SECRET' in m.read(end - start)",
    ),
    "ptrace": (
        ("seccomp", "landlock", "pids"),
        "import ctypes, os; reached = ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0",
    ),
    "memory_of_the_fork_server": (
        ("pids", "landlock", "user"),
        "reached = bool(open('/proc/SERVER/mem', 'rb'))",
    ),
    "signal_to_the_fork_server": (
        ("pids", "user", "landlock"),
        "os.kill(SERVER, 0); reached = True",
    ),
    "signal_to_the_grader": (("pids", "user", "landlock"), "os.kill(PID, 0); reached = True"),
    "signal_to_everybody": (("seccomp",), "os.kill(-1, 0); reached = True"),
    "write_outside": (
        ("mounts", "landlock"),
        "open('FOLDER/open/left.txt', 'w').write('x'); reached = True",
    ),
    "write_in_the_installation": (
        ("mounts", "landlock"),
        "import torch; open(torch.__file__, 'a'); reached = True",
    ),
    "write_the_code_of_the_checks": (
        ("mounts", "landlock"),
        "import autograder.checks as c; open(c.__file__, 'a'); reached = True",
    ),
    "new_user_namespace": (
        ("seccomp",),
        "import ctypes; reached = ctypes.CDLL(None).unshare(0x10000000) == 0",
    ),
    "mount": (
        ("seccomp", "capabilities"),
        "import ctypes; m = ctypes.CDLL(None).mount\n"
        "reached = m(b'tmpfs', b'.', b'tmpfs', 0, None) == 0",
    ),
    "io_uring": (
        ("seccomp",),
        "import ctypes; p = ctypes.create_string_buffer(120)\n"
        "reached = ctypes.CDLL(None).syscall(425, 1, p) >= 0",
    ),
    "memory_outside_the_count": (("seccomp",), "os.memfd_create('x'); reached = True"),
    "privileges": (
        ("capabilities",),
        "status = dict(l.split(':\\t') for l in open('/proc/self/status').read().splitlines())\n"
        "reached = (status['NoNewPrivs'], int(status['CapEff'], 16), int(status['CapPrm'], 16))"
        " != ('1', 0, 0)",
    ),
}
#: The same for what a kernel may use up; the last ones may end it.
RESOURCES = {
    "twenty_gigabytes": (("rlimits",), "x = bytearray(20 * 2**30); reached = True"),
    "large_file": (
        ("rlimits",),
        "with open('large', 'wb') as f:\n    for _ in range(100):\n        f.write(bytes(10**6))\n"
        "reached = True",
    ),
    "fork_bomb": (
        ("rlimits",),
        "import signal, time\nchildren = []\ntry:\n    for _ in range(200):\n"
        "        pid = os.fork()\n        if pid == 0:\n            time.sleep(20); os._exit(0)\n"
        "        children.append(pid)\nexcept OSError:\n    pass\n"
        "for pid in children:\n    os.kill(pid, 9); os.waitpid(pid, 0)\n"
        "reached = len(children) > 64",
    ),
    "many_files": (
        ("mounts",),
        "for n in range(40):\n    open(f'many{n}', 'wb').write(bytes(15 * 10**6))\nreached = True",
    ),
}
#: What learners' code must be able to do all the same.
HONEST = {
    "scratch": "open('a.txt', 'w').write('x'); ok = open('a.txt').read() == 'x'",
    "temporary_file": "import tempfile; ok = tempfile.TemporaryFile().write(b'x') == 1",
    "home": "import pathlib; ok = pathlib.Path.home() == pathlib.Path.cwd()",
    "plot": "import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as plt\n"
    "plt.plot([1, 2]); plt.title('x'); plt.savefig('p.png'); ok = True",
    "program": "import subprocess, sys\n"
    "ok = subprocess.check_output([sys.executable, '-c', 'print(1)']) == b'1\\n'",
    # As IPython runs `!` commands: in a terminal, which a view of the files must have.
    "terminal": "import pexpect; ok = pexpect.run('echo in a terminal') == b'in a terminal\\r\\n'",
    "threads": "import concurrent.futures as f\n"
    "ok = list(f.ThreadPoolExecutor(4).map(abs, [-1, -2])) == [1, 2]",
    "no_network_is_quick": "import subprocess, sys, time; before = time.monotonic()\n"
    "p = subprocess.run([sys.executable, '-m', 'pip', 'install', 'nothing-of-this-name'],\n"
    "    capture_output=True, text=True)\n"
    "ok = p.returncode != 0 and 'No matching distribution' in p.stderr",
}


def outcome(kernel: Kernel, source: str, name: str) -> str:
    """`yes`, `no`, or the error that a cell ended in."""
    run = kernel.run(f"import os\n{source}\nprint('yes' if {name} else 'no')")
    for output in run.outputs:
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}"
    shown = [o.text for o in run.outputs if o.output_type == "stream" and o.name == "stdout"]
    return run.stopped or "".join(shown).split()[-1]


@contextlib.contextmanager
def targets() -> Iterator[dict[str, str]]:
    """Everything that there is to reach, with the words that stand for it in the probes."""
    secret = secrets.token_hex(16)
    abstract = f"moons-test-{secret[:8]}"
    os.environ["MOONS_TEST_TOKEN"] = secret  # and in a process's environment from its beginning:
    bystander = subprocess.Popen(
        [sys.executable, "-c", f"held = '{secret}'; input()"], stdin=subprocess.PIPE
    )
    with tempfile.TemporaryDirectory(prefix="target-") as place, contextlib.ExitStack() as stack:
        folder = Path(place)
        folder.chmod(0o755)
        for name in ("shared/private", "open"):
            (folder / name).mkdir(parents=True)
        (folder / "open").chmod(0o777)
        (folder / "gradebook.db").write_text(secret)
        (folder / "shared/public.txt").write_text("for all")
        (folder / "shared/private/test.py").write_text(secret)
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        for address in (f"{folder}/socket", f"\0{abstract}"):
            local = stack.enter_context(socket.socket(socket.AF_UNIX))
            local.bind(address)
            local.listen()
        (folder / "socket").chmod(0o777)
        yield {
            "SECRET": secret,
            "FOLDER": str(folder),
            "ROOT": str(ROOT),
            "PORT": str(server.getsockname()[1]),
            "ABSTRACT": abstract,
            "PID": str(bystander.pid),
            "TEMP": str(Path(tempfile.gettempdir()).resolve()),
        }
        bystander.communicate(b"\n")


def run_all(
    wanted: tuple[str, ...] = WANTED, *, use_up: bool = True, warm: bool = True
) -> dict[str, Any]:
    """Start two kernels and try everything in one of them.

    Args:
        wanted: the layers to try, as on a machine that has no others.
        use_up: also try to use too much; not for a kernel without limits.
        warm: fork the kernels from a process with the imports done.
    """
    tried = PROBES | RESOURCES if use_up else PROBES
    before = process.WANTED
    process.WANTED = wanted
    try:
        with targets() as words:
            config = Config()
            config.Sandbox.read = [f"{words['FOLDER']}/shared"]
            config.Sandbox.file_size = 20_000_000
            config.Sandbox.warm = warm
            hide = (f"{words['FOLDER']}/shared/private",)
            with Kernel(config, hide) as other, Kernel(config, hide) as kernel:
                words["OTHER"] = str(other.process.scratch.root)
                words["SERVER"] = str(psutil.Process(kernel.process.pid).ppid())
                other.run(f"open('work.txt', 'w').write({words['SECRET']!r})")
                found: dict[str, Any] = {"reasons": dict(kernel.protection.reasons)}
                found["cold"] = kernel.cold
                found["honest"] = {n: outcome(kernel, s, "ok") for n, s in HONEST.items()}
                found["probes"] = {}
                for name, (_, source) in tried.items():
                    for word, value in words.items():
                        source = source.replace(word, value)
                    found["probes"][name] = outcome(kernel, source, "reached")
            found["left"] = [path.name for path in Path(words["FOLDER"], "open").iterdir()]
            return found
    finally:
        process.WANTED = before


if __name__ == "__main__":
    print(json.dumps(run_all(warm="--cold" not in sys.argv)))
