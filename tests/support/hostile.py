"""A notebook that tries to run, load, hide and cover things in whatever page shows it.

Each try sets `window.pwned`, changes the page's title, asks a server, or opens a dialog.
"""

from __future__ import annotations

from tests.support import damage
from tests.support.classes import answered

RUN = "window.pwned=1;document.title='pwned'"
#: What runs or loads as HTML, in Markdown and in an output alike; `{server}` is a loopback address.
MARKUP = (
    f"<script>{RUN}</script>",
    f"<script type='text/x-mathjax-config'>{RUN}</script>",
    f'<img src=x onerror="{RUN}">',
    '<img src="{server}/img"><picture><source srcset="{server}/source"></picture>',
    f"<svg onload=\"{RUN}\"><script>{RUN}</script><image href='{{server}}/svg'/></svg>",
    "<math><mtext><table><mglyph><style><!--</style>"
    f'<img title="--&gt;&lt;img src=x onerror={RUN}">',
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    "<iframe src='{server}/frame'></iframe>",
    f"<object data='data:text/html,<script>{RUN}</script>'></object>",
    "<embed src='{server}/embed'>",
    f'<details open ontoggle="{RUN}"><summary>more</summary>x</details>',
    f'<body onload="{RUN}"><input autofocus onfocus="{RUN}"><video src=x onerror="{RUN}">',
    "<link rel=stylesheet href='{server}/css'>"
    "<style>@import '{server}/import'; body{{display:none}}</style>",
    "<style>*{{background:url({server}/background)}}</style><base href='{server}/base/'>",
    "<meta http-equiv=refresh content='0;url={server}/refresh'>",
    "<form action='{server}/form' id=submission_id><button id=covering>Log in</button></form>",
    "<div id=overlay class='modal-backdrop navbar-fixed-top' style='position:fixed;top:0;left:0;"
    "width:100%;height:100%;background:red url({server}/style)'>covered</div>",
    f'<a href="javascript:{RUN}">link-script</a> <a href="evil.html">link-file</a>',
    f'<a href="&#106;avascript:{RUN}">link-entity</a> <a href="java\tscript:{RUN}">link-tab</a>',
    f"<a href='data:text/html,<script>{RUN}</script>' target=_top>link-data</a>",
    f"</div></div></pre></title></textarea>--><script>{RUN};alert(1)</script><plaintext>",
)
#: The same in Markdown's own words.
MARKDOWN = (
    f"[link-markdown](javascript:{RUN})\n",
    "![load]({server}/markdown)\n",
    f'![x](x"onerror="{RUN})\n',
    f'$<img src=x onerror="{RUN}">$ and $$\\href{{{{javascript:{RUN}}}}}{{{{x}}}}$$\n',
    f"```html\n<script>{RUN}</script>\n```\n",
    f"<https://x' onclick='{RUN}>\n",
)
OUTPUTS = """\
from IPython.display import HTML, Javascript, Latex, Markdown, SVG, display
markup, markdown, run, server = {markup!r}, {markdown!r}, {run!r}, {server!r}
for each in markup:
    display(HTML(each), Markdown(each), Latex(each))
    display({{"text/html": each}}, metadata={{"text/html": {{"isolated": True}}}}, raw=True)
for each in markdown:
    display(Markdown(each))
display(Javascript(run))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='" + run.replace("'", '"') + "'>"
            "<script>" + run + "</script><image href='" + server + "/inner'/></svg>"))
picture = "iVBORw0KGgo="
display({{"image/png": picture}}, raw=True, metadata={{
    "image/png": {{"width": "1 onerror=" + run, "alt": '"><script>' + run + "</script>"}},
    "filenames": {{"image/png": server + "/filename"}}}})
display({{"image/png": 'x" onerror="' + run}}, raw=True)
kinds = ("application/javascript", "text/vnd.mermaid", "application/pdf", "text/x-" + markup[0])
for mime in kinds:
    display({{mime: run}}, raw=True)
widget = {{"model_id": "</script>" + markup[0]}}
display({{"application/vnd.jupyter.widget-view+json": widget}}, raw=True)
print("".join(markup), "\\x1b[31m" + markup[0] + "\\x1b[0m")
"""
ERROR = """\
class Loud(Exception):
    def _render_traceback_(self):
        return ["\\x1b[1;31m" + {markup!r}, {markup!r}]
Loud.__name__ = {markup!r}
raise Loud({markup!r})
"""
HONEST = """\
import pandas as pd, matplotlib.pyplot as plt
from IPython.display import display, Latex
display(pd.DataFrame({"height": [1.5, 2.5]}, index=["tree", "house"]))
figure, ax = plt.subplots()
ax.plot([1, 2]); ax.set_title("Two points"); plt.show()
display(Latex(r"$\\sqrt{latex}$"))
print("plain <text>")
"""
NOTE = """\
## My own note

A formula $a < b$, `code < 1`, a [link](https://pytorch.org) and **bold** words.

| left | right |
|:-----|------:|
| one  | two   |

<details><summary>Folded</summary>inside</details>

```python
for x in range(3): pass
```
"""


def notebook(server: str):
    """The released tanh notebook, its answer's sign wrong, with honest cells and hostile ones."""
    markup = [
        each.replace("{server}", server).replace("{{", "{").replace("}}", "}") for each in MARKUP
    ]
    markdown = [
        each.replace("{server}", server).replace("{{", "{").replace("}}", "}") for each in MARKDOWN
    ]
    made = answered("    return (torch.exp(2 * x) - 1) / (torch.exp(2 * x) + 1)")
    made["metadata"]["title"] = markup[0]
    made["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"x": markup[0]}}
    made["cells"] += [
        damage.code(HONEST, tags=[f'"><script>{RUN}</script>', "modal-backdrop"]),
        _text(NOTE),
        *map(_text, [*markup, *markdown]),
        {**_text(markup[0]), "cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}},
        damage.code(OUTPUTS.format(markup=markup, markdown=markdown, run=RUN, server=server)),
        damage.code(ERROR.format(markup="".join(markup[:3]))),
    ]
    return made


def _text(source: str):
    own = f"note-{abs(hash(source)) % 10**8}"
    return {"cell_type": "markdown", "id": own, "metadata": {}, "source": source}
