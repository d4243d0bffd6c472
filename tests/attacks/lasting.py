"""Code that does not end, outlives its kernel, ends it, or uses up the machine.

Everything is bounded: 200 processes that sleep 5 seconds, 8 GB, 600 MB of files.
"""

from __future__ import annotations

from functools import partial

from tests.attacks.attack import Attack

_last = partial(Attack, kind="lasting and exhausting")
#: The sleeper's command line bears the mark, by which it is found afterwards.
_SLEEPER = "[sys.executable, '-c', 'import time; time.sleep(600)', '@MARK@']"

ATTACKS = [
    _last(
        name="thread-that-goes-on",
        note="a thread changes the answer while it is asked about",
        before="""import threading, time
def change():
    for _ in range(2000):
        get_ipython().user_ns['tanh'] = lambda x: x
        time.sleep(0.005)
threading.Thread(target=change, daemon=False).start()""",
    ),
    _last(
        name="at-exit",
        note="functions for the end of Python write files and start programs",
        before="import atexit, subprocess, sys\n"
        f"atexit.register(lambda: subprocess.Popen({_SLEEPER}))\n"
        "atexit.register(lambda: open('@OUTSIDE@/open/@MARK@', 'w').write('x'))",
    ),
    _last(
        name="daemon",
        note="a process forked twice, in a session of its own",
        before=f"""import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for n in range(3):
            os.close(n)
        command = {_SLEEPER}
        os.execv(command[0], command)
    os._exit(0)""",
    ),
    _last(
        name="child-left-alone",
        note="a program started in a session of its own",
        before=f"import subprocess, sys\nsubprocess.Popen({_SLEEPER}, start_new_session=True)",
    ),
    _last(
        name="ends-python",
        note="os._exit in the learner's own cell",
        before="import os\nos._exit(0)",
    ),
    _last(
        name="ends-python-when-asked",
        note="os._exit inside tanh",
        answers={"tanh": "import os\ndef tanh(x):\n    os._exit(0)"},
    ),
    _last(
        name="ends-politely",
        note="SystemExit, and the shell's own exit",
        before="import atexit\nget_ipython().ask_exit()\nraise SystemExit",
    ),
    _last(
        name="crashes",
        note="reads address 0",
        before="import ctypes\nctypes.string_at(0)",
    ),
    _last(
        name="endless-loop",
        note="a cell that never ends",
        before="while True:\n    pass",
    ),
    _last(
        name="ignores-interrupts",
        note="a cell that never ends, with every signal ignored",
        before="""import signal
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass""",
    ),
    _last(
        name="signal-handlers",
        note="handlers that answer an interrupt by going on",
        before="""import signal, time
signal.signal(signal.SIGINT, lambda *a: None)
signal.signal(signal.SIGTERM, lambda *a: None)
until = time.time() + 600
while time.time() < until:
    time.sleep(1)""",
    ),
    _last(
        name="sleeps-when-asked",
        note="tanh takes ten minutes",
        answers={"tanh": "import time\ndef tanh(x):\n    time.sleep(600)\n    return x"},
    ),
    _last(
        name="kills-everybody",
        note="a signal to every process that it may send one to",
        before="""import os, signal
os.kill(os.getppid(), signal.SIGKILL) if os.getppid() > 1 else None
os.kill(-1, signal.SIGKILL)""",
    ),
    _last(
        name="fork-bomb",
        note="200 processes",
        before="""import os, time
try:
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
except OSError as error:
    print(error)""",
    ),
    _last(
        name="thread-bomb",
        note="500 threads",
        before="""import threading, time
try:
    for _ in range(500):
        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
except RuntimeError as error:
    print(error)""",
    ),
    _last(
        name="memory-bomb",
        note="8 GB, in pieces",
        before="kept = []\nfor _ in range(80):\n    kept.append(b'x' * 100_000_000)",
    ),
    _last(
        name="disk-bomb",
        note="600 MB of files in its scratch folder",
        before="for n in range(40):\n    open(f'many{n}', 'wb').write(bytes(15_000_000))",
    ),
    _last(
        name="output-bomb",
        note="200 MB of text",
        before="for _ in range(200):\n    print('x' * 1_000_000)",
    ),
    _last(
        name="output-bomb-when-asked",
        note="50 MB of text and an error inside tanh",
        answers={"tanh": "def tanh(x):\n    print('x' * 50_000_000)\n    raise ValueError('no')"},
    ),
    _last(
        name="asks-for-input",
        note="waits for somebody to type",
        before="input('name? ')",
    ),
    _last(
        name="closes-everything",
        note="closes every open file and socket of its process",
        before="import os\nos.closerange(0, 4096)",
    ),
]
