"""Check cells that are to pass because they no longer check: stripped, skipped or muted.

The answer is worthless in each, so that no point is deserved.
"""

from __future__ import annotations

from functools import partial

from tests.attacks.attack import Attack

_stripped = partial(Attack, kind="asserts stripped")

ATTACKS = [
    _stripped(
        name="ast-transformer",
        note="takes the calls out of every check cell's syntax tree",
        before="""import ast
class Strip(ast.NodeTransformer):
    def visit_Expr(self, node):
        return ast.Pass() if 'check' in ast.dump(node) else node
get_ipython().ast_transformers.append(Strip())""",
    ),
    _stripped(
        name="input-transformer",
        note="replaces every check cell's text by pass",
        before="""def quiet(lines):
    return ['pass\\n'] if any('check' in line for line in lines) else lines
get_ipython().input_transformers_cleanup.append(quiet)""",
    ),
    _stripped(
        name="input-transformer-late",
        note="the same, after IPython's own transformations",
        before="""def quiet(lines):
    return ['pass\\n'] if any('check' in line for line in lines) else lines
get_ipython().input_transformers_post.append(quiet)""",
    ),
    _stripped(
        name="run-cell-patched",
        note="the shell runs pass in the place of a check cell",
        before="""shell = type(get_ipython())
real = shell.run_cell_async
async def run_cell_async(self, raw_cell, *args, **kwargs):
    if 'check' in raw_cell:
        raw_cell, kwargs['transformed_cell'] = 'pass', 'pass'
        kwargs['preprocessing_exc_tuple'] = None
    return await real(self, raw_cell, *args, **kwargs)
shell.run_cell_async = run_cell_async
shell.should_run_async = lambda self, *args, **kwargs: True""",
    ),
    _stripped(
        name="run-code-patched",
        note="compiled code of a check cell is not run and counts as without error",
        before="""shell = type(get_ipython())
real = shell.run_code
async def run_code(self, code_obj, result=None, *, async_=False):
    if 'check' in str(code_obj.co_names):
        return False
    return await real(self, code_obj, result, async_=async_)
shell.run_code = run_code""",
    ),
    _stripped(
        name="run-ast-nodes-patched",
        note="nodes of a check cell are not run",
        before="""import ast
shell = type(get_ipython())
real = shell.run_ast_nodes
async def run_ast_nodes(self, nodelist, *args, **kwargs):
    kept = [node for node in nodelist if 'check' not in ast.dump(node)]
    return await real(self, kept, *args, **kwargs)
shell.run_ast_nodes = run_ast_nodes""",
    ),
    _stripped(
        name="traceback-muted",
        note="errors are not shown",
        before="""get_ipython().showtraceback = lambda *args, **kwargs: None
get_ipython()._showtraceback = lambda *args, **kwargs: None""",
    ),
    _stripped(
        name="exceptions-handled",
        note="a handler of the learner's own swallows every exception",
        before="get_ipython().set_custom_exc((BaseException,), lambda *args, **kwargs: [])",
    ),
    _stripped(
        name="checks-are-silent",
        note="the module that check cells call gets a check that does nothing",
        before="""import autograder.checks
autograder.checks.check = autograder.checks.check_fresh = lambda *args, **kwargs: None""",
    ),
    _stripped(
        name="name-taken-by-what-agrees",
        note="the name autograder is bound to an object that allows every call",
        answers={
            "tanh": """class Any:
    def __getattr__(self, name):
        return self
    def __call__(self, *args, **kwargs):
        return None
autograder = Any()
def tanh(x):
    return x"""
        },
    ),
]
