"""Code that reads or writes what is not its own: marks, solutions, other work, other processes.

What it reads it prints: the classroom's secrets are 32 hexadecimal digits, wherever they stand.
"""

from __future__ import annotations

from functools import partial

from tests.attacks.attack import Attack
from tests.attacks.classroom import VARIABLE

_reach = partial(Attack, kind="reaching out")
LOOK = """import contextlib, glob, os, re
def look(*patterns):
    for pattern in patterns:
        for path in glob.glob(pattern, recursive=True, include_hidden=True)[:500]:
            with contextlib.suppress(OSError):
                show(open(path, 'rb').read(4_000_000))
def show(data):
    for secret in re.findall(rb'[0-9a-f]{32}', data)[:500]:
        print(secret.decode())
"""
#: The same for a writing attack: every way into a file, and none that stops the others.
WRITE = """import contextlib, os, shutil
def write(path, text='MARK', mode='w'):
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, mode).write(text)
""".replace("MARK", "@MARK@")

ATTACKS = [
    _reach(
        name="reads-the-gradebook",
        note="the database file, whole and through sqlite",
        before=LOOK
        + """look('@COURSE@/grading/*.db', '../**/*.db', '../../**/gradebook.db')
import sqlite3
with contextlib.suppress(sqlite3.Error):
    print(sqlite3.connect('@COURSE@/grading/gradebook.db').execute(
        'select last_name from student').fetchall())""",
    ),
    _reach(
        name="writes-the-gradebook",
        note="a trigger that gives full marks by hand",
        before="""import sqlite3
try:
    book = sqlite3.connect('@COURSE@/grading/gradebook.db', timeout=3)
    book.execute('create trigger mine after update of auto_score on grade begin '
                 'update grade set manual_score = 5 where id = new.id; end')
    book.commit()
    book.close()
    print('done')
except sqlite3.Error as error:
    print(error)""",
    ),
    _reach(
        name="deletes-the-gradebook",
        note="removes the database, or empties it",
        before="""import contextlib, os
for act in (os.remove, lambda path: open(path, 'w').close()):
    with contextlib.suppress(OSError):
        act('@COURSE@/grading/gradebook.db')""",
    ),
    _reach(
        name="reads-the-solutions",
        note="the solved notebooks and what lies beside them",
        before=LOOK + "look('@COURSE@/solutions/**', '../**/solutions/**', '../../solutions/**')",
    ),
    _reach(
        name="answers-from-the-solutions",
        note="the solved cell is read and run as the answer",
        before="""import glob, json
WORTHLESS = True
def solved():
    import sysconfig
    places = ('@COURSE@', sysconfig.get_path('purelib') + '/autograder/course_files')
    for place in places:
        for path in glob.glob(place + '/solutions/*/02_tanh.ipynb'):
            for cell in json.load(open(path))['cells']:
                if cell['id'] == 'tanh':
                    return ''.join(cell['source'])""",
        answers={
            "tanh": """try:
    exec(solved())
except Exception:
    def tanh(x):
        return x"""
        },
    ),
    _reach(
        name="reads-other-submissions",
        note="a classmate's notebook, submitted and graded",
        before=LOOK + "look('@COURSE@/grading/submitted/**', '@COURSE@/grading/autograded/**', "
        "'../*/*/*.ipynb', '../../*/*/*.ipynb')",
    ),
    _reach(
        name="answers-from-a-classmate",
        note="a classmate's cell is read and run as the answer",
        answers={
            "tanh": """import glob, json
def tanh(x):
    return x
for path in glob.glob('@COURSE@/grading/submitted/*/classification/02_tanh.ipynb'):
    for cell in json.load(open(path))['cells']:
        if cell['id'] == 'tanh' and 'sigmoid' in ''.join(cell['source']):
            exec(''.join(cell['source']))"""
        },
    ),
    _reach(
        name="overwrites-other-submissions",
        note="classmates' notebooks are emptied",
        before=WRITE + "import glob\n"
        "for path in glob.glob('@COURSE@/grading/submitted/*/classification/*.ipynb'):\n"
        "    write(path)",
    ),
    _reach(
        name="reads-seeds-and-evidence",
        note="the folder that holds what marks rest on",
        before=LOOK + "look('@COURSE@/grading/evidence/**')\n"
        "import gzip\n"
        "for path in glob.glob('@COURSE@/grading/evidence/**/*.gz', recursive=True):\n"
        "    print(gzip.open(path).read()[:2000])",
    ),
    _reach(
        name="writes-its-own-record",
        note="files in the folders that hold marks",
        before=WRITE + "for part in ('decisions', 'evidence', 'autograded', 'submitted', ''):\n"
        "    write(f'@COURSE@/grading/{part}/@MARK@/classification/02_tanh.json', '{}')\n"
        "write('@COURSE@/nbgrader_config.py', '\\n# @MARK@', 'a')",
    ),
    _reach(
        name="writes-elsewhere",
        note="the home folder, folders for temporary files, a folder open to everybody",
        before=WRITE + "import tempfile\n"
        "for place in ('@HOME@', '@TEMP@', '@OUTSIDE@', '@OUTSIDE@/open', '@COURSE@',\n"
        "              '@COURSE@/notebooks/classification'):\n"
        "    write(f'{place}/@MARK@.txt')",
    ),
    _reach(
        name="writes-in-the-installation",
        note="torch, NumPy and the checks themselves get a line more",
        before=WRITE + "import torch, numpy, autograder.checks.judges.tanh as t\n"
        "for module in (torch, numpy, t):\n"
        "    write(module.__file__, '\\n# @MARK@', 'a')",
    ),
    _reach(
        name="reads-a-file-outside",
        note="a file that everybody may read, and the home folder's",
        before=LOOK + "look('@OUTSIDE@/**', '@HOME@/**', os.path.expanduser('~/../../**/.netrc'))",
    ),
    _reach(
        name="reads-through-links",
        note="symbolic and hard links in the scratch folder",
        before=LOOK
        + """for n, path in enumerate(('@COURSE@', '@OUTSIDE@', '/proc/1/root/@COURSE@',
        '/proc/self/root/@OUTSIDE@', '@COURSE@/grading/gradebook.db', '@OUTSIDE@/secret.txt')):
    for link in (os.symlink, os.link):
        with contextlib.suppress(OSError):
            link(path, f'{link.__name__}{n}')
look('symlink*', 'symlink*/**', 'link*')""",
    ),
    _reach(
        name="links-put-in-its-way",
        note="what the grader may write in the scratch folder points to a classmate's file",
        before="""import contextlib, os, pathlib
for path in list(pathlib.Path.home().rglob('*')):
    with contextlib.suppress(OSError):
        path.unlink()
        path.symlink_to('@OUTSIDE@/secret.txt')""",
    ),
    _reach(
        name="reads-its-environment",
        note="environment variables of its own",
        before=LOOK + "print(os.environ)\nshow(str(dict(os.environ)).encode())",
    ),
    _reach(
        name="reads-all-environments",
        note="environment and command line of every process",
        before=LOOK + "look('/proc/[0-9]*/environ', '/proc/[0-9]*/cmdline', '/proc/*/cwd/*.txt')",
    ),
    _reach(
        name="reads-all-memory",
        note="the memory of every process, as far as 200 MB",
        before=LOOK
        + f"""import re
left = 200_000_000
for pid in sorted(set(re.findall(r'\\d+', ' '.join(os.listdir('/proc')))) - {{str(os.getpid())}}):
    with contextlib.suppress(OSError, ValueError, OverflowError):
        memory = open(f'/proc/{{pid}}/mem', 'rb', 0)
        for line in open(f'/proc/{{pid}}/maps'):
            if '[heap]' in line or '[stack]' in line:
                start, end = (int(n, 16) for n in line.split()[0].split('-'))
                memory.seek(start)
                data = memory.read(min(end - start, left))
                left -= len(data)
                for found in re.findall(rb'{VARIABLE}=([0-9a-f]{{32}})', data):
                    print(found.decode())""",
    ),
    _reach(
        name="traces-the-grader",
        note="ptrace and process_vm_readv on its parents",
        before="""import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for pid in {os.getppid(), 1, os.getppid() - 1}:
    print(libc.ptrace(16, pid, 0, 0), libc.ptrace(17, pid, 0, 0))""",
    ),
    _reach(
        name="asks-the-network",
        note="TCP and UDP to a server on this machine",
        before="""import contextlib, socket
with contextlib.suppress(OSError):
    print(socket.create_connection(('127.0.0.1', @PORT@), 2).recv(100))
with contextlib.suppress(OSError):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'hello', ('127.0.0.1', @PORT@))
with contextlib.suppress(OSError):
    print(socket.create_connection(('::1', @PORT@), 2).recv(100))""",
    ),
    _reach(
        name="asks-the-network-by-programs",
        note="the same from other programs and from the web's libraries",
        before="""import subprocess, sys, urllib.request
code = 'import socket; print(socket.create_connection(("127.0.0.1", @PORT@), 2).recv(100))'
print(subprocess.run([sys.executable, '-c', code], capture_output=True).stdout)
print(subprocess.run(['bash', '-c', 'timeout 2 cat < /dev/tcp/127.0.0.1/@PORT@'],
                     capture_output=True).stdout)
try:
    urllib.request.urlopen('http://127.0.0.1:@PORT@/', timeout=2).read()
except Exception as error:
    print(error)""",
    ),
    _reach(
        name="asks-other-kernels",
        note="every local socket of this machine, and other kernels' connection files",
        before=LOOK
        + """import socket
with contextlib.suppress(OSError):
    for name in re.findall(r'(\\S+)$', open('/proc/net/unix').read(), re.M):
        with contextlib.suppress(OSError, ValueError):
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(0.2)
            s.connect(name.replace('@', '\\0', 1))
            show(s.recv(100))
look('@TEMP@/**/connection.json', '/tmp/moons-*/**', '@HOME@/.local/share/jupyter/runtime/*')""",
    ),
    _reach(
        name="leaves-by-the-back-door",
        note="new namespaces, mounts, chroot, and a way out of it",
        before=LOOK
        + """import ctypes
libc = ctypes.CDLL(None)
print([libc.unshare(flag) for flag in (0x10000000, 0x00020000)])
print(libc.mount(b'/', b'.', None, 4096, None), libc.umount2(b'/', 2))
with contextlib.suppress(OSError):
    os.chroot('.')
with contextlib.suppress(OSError):
    os.chdir('../' * 30)
look('./@OUTSIDE@/secret.txt')""",
    ),
]
