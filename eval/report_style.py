"""How a report of measures looks: light and dark, on a phone and on paper. Above lies `eval.retrieval.report`."""

from __future__ import annotations

STYLE = """
:root{--ink:#1b2126;--soft:#5b6670;--line:#dde2e6;--ground:#f5f6f7;--card:#fff;--win:#1a7f4b;--loss:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebee;--soft:#9aa5af;--line:#343b42;--ground:#14181b;--card:#1d2226;
--win:#4ec98a;--loss:#f2857c}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:68rem;margin:0 auto;padding:2rem 1rem 4rem}
header p,section>p,figcaption{color:var(--soft)}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .25rem}h2{margin:0;font-size:1.4rem}h3{margin:2rem 0 .5rem;font-size:1.1rem}
h4{margin:0 0 .5rem;font-size:1rem}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.5rem;margin:1.5rem 0}
section>p{margin:.25rem 0 1rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:0}
.tiles div{border:1px solid var(--line);border-radius:10px;padding:.75rem 1rem}
dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.5rem;font-weight:650;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.93rem}
th{color:var(--soft);font-weight:600}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left;white-space:normal;padding-left:0}
.sure{font-weight:650}.open{color:var(--soft)}
figure{margin:0}svg{width:100%;height:auto;display:block}line{stroke:var(--line)}rect.win{fill:var(--win)}
rect.loss{fill:var(--loss)}figcaption{font-size:.9rem;margin:.25rem 0 1.5rem}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:1.5rem 2rem}
td i{display:inline-block;height:.65em;margin-right:.5em;border-radius:2px}
i.win{background:var(--win)}i.loss{background:var(--loss)}
span.win{color:var(--win)}span.loss{color:var(--loss)}
details{margin-top:1.5rem}summary{cursor:pointer;padding:.4rem 0;font-weight:600}
@media print{body{background:#fff}section{break-inside:avoid-page}}
"""
