"""One notebook's cells in which a kernel that was forked could differ from one that was started."""

#: What a program finds when it starts.
START = """
import faulthandler, gc, locale, os, signal, sys, threading, time
print(sys.path, sys.argv, sys.orig_argv, sys.flags, sys.dont_write_bytecode, sys.warnoptions)
print(os.getcwd(), os.umask(0o077), os.getpgid(0) == os.getpid() == os.getsid(0), os.getuid() > 0)
print([str(signal.getsignal(n)).split(' at ')[0] for n in signal.valid_signals()])
print(gc.isenabled(), gc.get_threshold(), sys.getrecursionlimit(), sys.getswitchinterval())
print(locale.getlocale(), time.tzname, sys.stdout.encoding, faulthandler.is_enabled())
print(sorted(thread.name for thread in threading.enumerate()), threading.main_thread().ident > 0)
---
print(__name__, '__file__' in globals(), sys.modules['__main__'].__dict__ is globals())
print([name for name in sorted(globals()) if not name.startswith('_i')])
---
import resource
print([resource.getrlimit(getattr(resource, n)) for n in dir(resource) if n.startswith('RLIMIT_')])
kept = ('NoNewPrivs', 'Seccomp', 'Cap', 'Groups', 'Sig', 'Umask', 'CoreDumping', 'NSpid')
print(*(l for l in open('/proc/self/status') if l.startswith(kept) and l[:4] != 'SigQ'))
print(os.readlink('/proc/self/fd/0'), os.access('/proc/self/environ', os.R_OK))
links = [f'/proc/self/fd/{n}' for n in os.listdir('/proc/self/fd')]
print(sorted({os.readlink(p).split(':')[0] for p in links if os.path.exists(p)}))
---
print(sys.stdin.read(), sys.stdout, sys.__stdout__)
---
import logging
logging.warning('look'); print(logging.getLogger().handlers, logging.getLogger('a').level)
"""
#: Numbers, pictures and what else a lesson shows.
LESSON = """
import random, numpy as np, torch, matplotlib, matplotlib.pyplot as plt, pandas as pd
from torch import nn
random.seed(1); np.random.seed(1); torch.manual_seed(1)
print(random.random(), np.random.rand(), torch.rand(2), torch.initial_seed())
---
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
X, y = make_moons(100, noise=0.07, random_state=42)
X, _, y, _ = (torch.tensor(part).float() for part in train_test_split(X, y, random_state=42))
torch.manual_seed(3)
model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer, loss_fn = torch.optim.Adam(model.parameters(), lr=0.01), nn.BCEWithLogitsLoss()
for epoch in range(30):
    optimizer.zero_grad(); loss = loss_fn(model(X).squeeze(), y); loss.backward(); optimizer.step()
print(repr(loss.item()), [p.sum().item() for p in model.parameters()])
---
plt.scatter(X[:, 0], X[:, 1], c=y); plt.title('Moons'); print('drawn')
---
fig, ax = plt.subplots(); ax.plot(np.arange(5)); plt.show(); print('after')
---
plt.gcf()
---
print(get_ipython().events.callbacks.keys(), plt.get_backend(), plt.isinteractive())
print({k: [f.__qualname__ for f in v] for k, v in get_ipython().events.callbacks.items()})
print(sorted(map(str, plt.rcParams.items())), plt.style.available, matplotlib.get_cachedir())
print(matplotlib.get_configdir(), matplotlib.style.USER_LIBRARY_PATHS)
---
print(plt.rcParams['font.family'], matplotlib.font_manager.findfont('DejaVu Sans'))
---
%matplotlib inline
plt.plot([1, 2]); None
---
pd.DataFrame({'a': [1, 2], 'b': ['x', None]})
---
print(np.get_printoptions(), torch.get_num_threads(), torch.get_default_dtype())
print(torch.is_grad_enabled(), torch.are_deterministic_algorithms_enabled())
print(torch.cuda.is_available(), pd.get_option('display.max_rows'))
---
from IPython.display import HTML, ProgressBar, clear_output, display
for n in ProgressBar(3): pass
handle = display(HTML('<b>1</b>'), display_id='x'); handle.update(HTML('<b>2</b>'))
---
for n in range(3):
    print(n, end='\\r', flush=True)
    clear_output(wait=True)
---
import warnings
warnings.warn('mine'); warnings.warn('old', DeprecationWarning)
torch.tensor(torch.ones(1)); torch.nn.functional.softmax(torch.ones(2, 2))
np.float64(1) / 0
---
from helpers import accuracy
import helpers, autograder.checks
print(helpers.__file__, autograder.__path__, autograder.checks.__file__, dir(autograder))
---
compiled = torch.compile(lambda x: x * 2 + 1, backend='eager'); compiled(torch.arange(3.0))
"""
#: Processes, threads, errors, and ways to ask for input.
PROGRAMS = """
1 / 0
---
def f(): raise ValueError('mine')
f()
---
model(torch.zeros(3, 5))
---
input('name? ')
---
import getpass; getpass.getpass()
---
!echo hello; echo there >&2; pwd
---
%%bash
echo $HOME $MPLCONFIGDIR; umask
---
%timeit -n 1 -r 1 pass
---
import subprocess
print(subprocess.run([sys.executable, '-c', 'import sys; print(sys.path, sys.flags)'],
                     capture_output=True, text=True))
---
import concurrent.futures
print(list(concurrent.futures.ThreadPoolExecutor(2).map(abs, [-1, -2])))
thread = threading.Thread(target=lambda: print('in a thread')); thread.start(); thread.join()
---
import multiprocessing
for method in ('fork', 'spawn'):
    with multiprocessing.get_context(method).Pool(2) as pool: print(pool.map(abs, [-1, -2]))
print(multiprocessing.process.ORIGINAL_DIR, multiprocessing.get_start_method())
---
from torch.utils.data import DataLoader, TensorDataset
torch.manual_seed(0)
loader = DataLoader(TensorDataset(torch.arange(6)), batch_size=2, shuffle=True, num_workers=2)
print(list(loader))
---
import asyncio, tempfile
await asyncio.sleep(0.01)
print(tempfile.gettempdir(), tempfile.TemporaryFile().write(b'x'), os.path.expanduser('~/a'))
---
if (child := os.fork()) == 0:
    os._exit(7)
os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
---
import ctypes; ctypes.CDLL(None).printf(b'from C\\n'); ctypes.CDLL(None).fflush(None)
os.write(1, b'from 1\\n'); os.system('echo from system')
time.sleep(0.5)  # a thread brings it
---
import torch._dynamo.config, inspect
print(sorted(os.environ.items()), sorted(map(str, warnings.filters)))
print(torch._dynamo.config.debug_dir_root, inspect.getsource(f), torch.hub.get_dir())
"""
CELLS = [cell.strip() for part in (START, LESSON, PROGRAMS) for cell in part.split("---\n")]
