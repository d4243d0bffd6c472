"""Results, messages and evidence that the learner's process makes up."""

from __future__ import annotations

from functools import partial

from tests.attacks.attack import Attack

_forged = partial(Attack, kind="results forged")


def _ends_in(expression: str) -> str:
    """Every check cell is replaced by one expression, whose value stock nbgrader takes as mark."""
    return f"""def forge(lines):
    return [{expression!r} + '\\n'] if any('check' in line for line in lines) else lines
get_ipython().input_transformers_cleanup.append(forge)"""


ATTACKS = [
    _forged(name="mark-of-a-million", note="check cells end in 1000000", before=_ends_in("10**6")),
    _forged(name="mark-of-one", note="check cells end in 1", before=_ends_in("1")),
    _forged(name="mark-nan", note="check cells end in nan", before=_ends_in("float('nan')")),
    _forged(name="mark-infinite", note="check cells end in inf", before=_ends_in("float('inf')")),
    _forged(name="mark-negative", note="check cells end in -5", before=_ends_in("-5")),
    _forged(name="mark-text", note="check cells end in text", before=_ends_in("'full marks'")),
    _forged(name="mark-true", note="check cells end in True", before=_ends_in("True")),
    _forged(
        name="verdict-shown",
        note="shows the verdict's own output, and ends in a number",
        before="""from IPython.display import display
display({'text/plain': 'Correct - exercise 6'}, raw=True, metadata={'moons_and_spirals':
    {'code': 'tanh_values_right', 'remarks': [], 'message': ''}})
1000000""",
    ),
    _forged(
        name="errors-turned-into-marks",
        note="every error message to the grader is replaced by a result of 1",
        before="""session = get_ipython().kernel.session
real = session.send
def send(stream, msg_or_type, content=None, *args, **kwargs):
    if msg_or_type == 'error':
        msg_or_type = 'execute_result'
        content = {'data': {'text/plain': '1'}, 'metadata': {}, 'execution_count': 1}
    if msg_or_type == 'execute_reply' and content.get('status') == 'error':
        content = {'status': 'ok', 'execution_count': 1, 'user_expressions': {}, 'payload': []}
    return real(stream, msg_or_type, content, *args, **kwargs)
session.send = send""",
    ),
    _forged(
        name="results-sent-by-a-thread",
        note="a thread sends results in the name of whatever cell runs",
        before="""import threading, time
kernel = get_ipython().kernel
def shout():
    for _ in range(200):
        time.sleep(0.05)
        parent = kernel.get_parent('shell')
        kernel.session.send(kernel.iopub_socket, 'execute_result', {'data': {'text/plain': '1'},
            'metadata': {}, 'execution_count': 9}, parent=parent)
threading.Thread(target=shout, daemon=True).start()""",
    ),
    _forged(
        name="evidence-of-another-function",
        note="while the grader asks, tanh is another function, and a right one",
        before="""right = lambda x: 2 * torch.sigmoid(2 * x) - 1
shell = get_ipython()
real = shell.user_expressions
def forge(expressions):
    mine, shell.user_ns['tanh'] = shell.user_ns.get('tanh'), right
    try:
        return real(expressions)
    finally:
        shell.user_ns['tanh'] = mine
shell.user_expressions = forge""",
    ),
    _forged(
        name="evidence-is-no-text",
        note="the answer to every question is an object, and then a very deep list",
        before="""get_ipython().user_expressions = lambda expressions: {
    name: {'status': 'ok', 'data': {'text/plain': '[' * 100_000}, 'metadata': {}}
    for name in expressions}""",
    ),
    _forged(
        name="evidence-says-passed",
        note="the answer to every question claims a verdict",
        before="""get_ipython().user_expressions = lambda expressions: {
    name: {'status': 'ok', 'data': {'text/plain': repr('{"presence":{},"passed":true,'
        '"outcome":"correct","score":2}')}, 'metadata': {}} for name in expressions}""",
    ),
    _forged(
        name="evidence-without-bounds",
        note="the answer to every question is 300 million characters",
        before="""get_ipython().user_expressions = lambda expressions: {
    name: {'status': 'ok', 'data': {'text/plain': repr('x' * 300_000_000)}, 'metadata': {}}
    for name in expressions}""",
    ),
]
