"""How is a snapshot told on paper? One self-contained HTML page: no script, nothing fetched, every word escaped by construction."""

import base64
import html
from collections.abc import Iterable, Mapping

from inspector.i18n import language, tr
from inspector.model.environment import PathEntry
from inspector.model.snapshot import Snapshot
from inspector.report.summary import cell_text, tools_shown
from inspector.report.text import printable, verdict

_STYLE = """
:root{color-scheme:light dark;--bg:#f4f5f7;--panel:#fff;
--line:#dfe3e8;--text:#1c2128;--dim:#57606a;--accent:#0b5fd6;--ok:#1a7f45;--warn:#9a6700;--bad:#c4272c}
@media(prefers-color-scheme:dark){
:root{--bg:#16181d;--panel:#1c1f26;
--line:#2d323e;--text:#e6e8ec;--dim:#9aa3b2;--accent:#6ea8fe;--ok:#4cc38a;--warn:#f0b429;--bad:#f2777a}}
*{box-sizing:border-box}
body{margin:0;padding:24px;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:1100px;margin:auto}
h1{font-size:1.5rem;margin:0 0 4px}
h2{font-size:1.05rem;margin:0 0 12px}
h3{font-size:.95rem;margin:20px 0 4px}
section{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:16px 20px;margin:16px 0;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;color:var(--dim);font-weight:500;white-space:nowrap}
th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td>span:only-child:not(.code){white-space:nowrap}
tr:last-child td{border-bottom:0}
code,.code{font-family:ui-monospace,monospace;font-size:.86em;overflow-wrap:anywhere}
.dim{color:var(--dim)}
.error,.absent{color:var(--bad)}
.warning,.restricted{color:var(--warn)}
.available,.ok{color:var(--ok)}
.info,.unknown{color:var(--dim)}
article{border-left:3px solid var(--line);padding-left:12px;margin:12px 0}
article.error{border-color:var(--bad)}
article.warning{border-color:var(--warn)}
article>*{color:var(--text)}img{max-width:100%;border:1px solid var(--line);border-radius:8px}ul{margin:4px 0;padding-left:20px}
@media print{
body{background:#fff;color:#000;padding:0;font-size:11px}
section{border-color:#ccc;break-inside:auto}
tr,article,img{break-inside:avoid}}
"""
_LINES = frozenset(("meta", "tr", "table", "section", "article", "div", "li", "h1", "h2", "h3", "head", "header"))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Markup(str):
    """Markup that was made by `tag`; anything else is escaped."""

    __slots__ = ()


def tag(name: str, *children: str, kind: str = "", **attributes: str) -> Markup:
    """One element; children that are not Markup are text, and text cannot become markup."""
    named = {"class": kind, **attributes} if kind else attributes
    opening = "".join(f' {key}="{html.escape(value, quote=True)}"' for key, value in named.items())
    inside = "".join(child if isinstance(child, Markup) else html.escape(printable(child), quote=True) for child in children)
    end = "\n" if name in _LINES else ""
    return Markup((f"<{name}{opening}>" if name in ("meta", "img") else f"<{name}{opening}>{inside}</{name}>") + end)


def render(snapshot: Snapshot, *, pictures: Mapping[str, bytes] | None = None, counts: Mapping[str, int] | None = None) -> str:
    """The whole page."""
    host = snapshot.host
    title = f"Go Inspector: {host.user}@{host.hostname}"
    words = snapshot.findings[0].text.render() if snapshot.findings else verdict(snapshot)
    machine = f"{host.user}@{host.hostname} · {host.distribution} · Linux {host.kernel_release} {host.architecture}"
    about = f"{machine} · {snapshot.taken_at} · {snapshot.tool.name} {snapshot.tool.version}"
    severity = snapshot.findings[0].severity if snapshot.findings else "ok"
    body = (
        tag("header", tag("h1", _spoken(words), kind=severity), tag("div", about, kind="dim")),
        _findings(snapshot), _contexts(snapshot), _pictures(pictures or {}), _paths(snapshot),
        _installs(snapshot), _kernel(snapshot), _counts(counts or {}),
    )  # fmt: skip
    head = tag(
        "head", tag("meta", charset="utf-8"), tag("meta", **{"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        tag("meta", name_="viewport", content="width=device-width"), tag("title", title), Markup(f"<style>{_STYLE}</style>"),
    ).replace('name_="viewport"', 'name="viewport"')  # fmt: skip
    return "<!doctype html>\n" + Markup(f'<html lang="{language().replace("_", "-")}">{head}{tag("body", tag("main", *body))}</html>') + "\n"


def _spoken(text: str) -> str:
    """A sentence without the marks around its commands."""
    return text.replace("`", "")


def _section(title: str, *children: str) -> Markup:
    return tag("section", tag("h2", title), *children) if any(children) else Markup("")


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Markup:
    lines = [tag("tr", *(tag("td", cell) for cell in row)) for row in rows]
    return tag("table", tag("thead", tag("tr", *(tag("th", head) for head in heads))), tag("tbody", *lines)) if lines else Markup("")


def _findings(snapshot: Snapshot) -> Markup:
    rows = [
        tag(
            "article", tag("strong", _spoken(finding.text.render())), tag("div", finding.cause.sentence),
            tag("div", tag("code", finding.cause.text)) if finding.cause.text else Markup(""),
            tag("ul", *(tag("li", _spoken(effect.text.render())) for effect in finding.effects)), kind=finding.severity,
        )
        for finding in snapshot.findings
    ]  # fmt: skip
    told = (tr("{part} could not be looked at: {reason}", part=part, reason=reason) for part, reason in snapshot.look.failed.items())
    failed = [tag("p", sentence, kind="warning") for sentence in told]
    return _section(tr("Findings"), *rows, *failed)


def _contexts(snapshot: Snapshot) -> Markup:
    tools = tools_shown(snapshot)
    rows = [
        (tr(c.title), *(tag("span", cell_text(c, name), kind="code") for name in tools), tag("span", tr(c.known), kind="dim"))
        for c in snapshot.environment.contexts
    ]
    return _section(tr("Launch contexts"), _table((tr("Launch context"), *tools, tr("known")), rows))


def _paths(snapshot: Snapshot) -> Markup:
    tables = [
        tag("div", tag("h3", tr(context.title)), _table(("", tr("PATH entry"), tr("State"), tr("Decided by")), map(_entry, context.path)))
        for context in snapshot.environment.contexts if context.path
    ]  # fmt: skip
    return _section(tr("Search paths"), *tables)


def _entry(entry: PathEntry) -> tuple[str, ...]:
    state = tag("span", tr(entry.state), kind="dim" if entry.state == "ok" else "warning")
    return (str(entry.rank), tag("code", entry.entry), state, entry.origin.sentence)


def _installs(snapshot: Snapshot) -> Markup:
    rows = [
        (i.version, tag("code", i.goroot or i.go), i.manager, i.package, "; ".join(p.detail for p in i.problems)) for i in snapshot.golang.installs
    ]
    return _section(tr("Go installs"), _table((tr("Version"), tr("Where"), tr("Manager"), tr("Package"), tr("Problems")), rows))


def _kernel(snapshot: Snapshot) -> Markup:
    rows = [(tag("span", tr(c.verdict), kind=c.verdict), tr(c.title), c.because, tr(c.remedy)) for c in snapshot.kernel.capabilities]
    return _section(f"{tr('Kernel')} {snapshot.kernel.release}", _table((tr("Verdict"), tr("Capability"), tr("Because"), tr("Remedy")), rows))


def _pictures(pictures: Mapping[str, bytes]) -> Markup:
    return _section(
        tr("Pictures"), *(tag("img", alt=name, src="data:image/png;base64," + base64.b64encode(data).decode()) for name, data in pictures.items())
    )


def _counts(counts: Mapping[str, int]) -> Markup:
    words = ", ".join(f"{name}: {count}" for name, count in counts.items())
    return _section(tr("Replaced before this left the machine"), tag("p", words)) if words else Markup("")
