"""How the report looks: light and dark, on a phone, a desktop and paper. Above: `page`."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--ink:#1a1f24;--soft:#59636d;--line:#dfe4e8;--ground:#f4f6f7;--card:#fff;--good:#12714a;--bad:#b3261e;
--warn:#8a5a00;--mark:#2b5fb3;--good-ground:#e4f4ec;--bad-ground:#fbe9e7;--warn-ground:#fdf1dc}
@media(prefers-color-scheme:dark){:root{--ink:#e7eaed;--soft:#9ba6b0;--line:#333b42;--ground:#12161a;--card:#1b2025;--good:#5bd09a;
--bad:#f58f86;--warn:#f0bd62;--mark:#86b0f4;--good-ground:#15322a;--bad-ground:#3c211f;--warn-ground:#392c14}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:66rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:.2rem 0 .4rem;letter-spacing:-.01em}h2{font-size:1.35rem;margin:0 0 .2rem}
h3{font-size:1.05rem;margin:1.8rem 0 .1rem}
p{margin:.35rem 0 .8rem;max-width:48rem}.soft,small,figcaption{color:var(--soft)}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.4rem 1.5rem;margin:1.2rem 0}
nav{display:flex;flex-wrap:wrap;gap:.4rem;margin:.8rem 0 0}
nav a{color:var(--ink);text-decoration:none;border:1px solid var(--line);border-radius:99px;padding:.3rem .8rem;
background:var(--card);
font-size:.9rem}nav a:hover{border-color:var(--mark)}
a{color:var(--mark)}a:focus-visible,summary:focus-visible{outline:3px solid var(--mark);
outline-offset:2px;border-radius:6px}
.badge{display:inline-block;border-radius:99px;padding:.15rem .7rem;font-weight:650;font-size:.85rem}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.badge.good{background:var(--good-ground)}.badge.bad{background:var(--bad-ground)}.badge.warn{background:var(--warn-ground)}
ul{margin:.3rem 0 .8rem;padding-left:1.2rem;max-width:50rem}li{margin:.3rem 0}
section.sides{padding:1rem 1.5rem}section.sides h2{font-size:1.05rem;margin:.2rem 0}
section.sides ul{font-size:.94rem;margin-bottom:.2rem}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(21rem,100%),1fr));gap:0 2rem}.sides h3{margin-top:.8rem}
table{border-collapse:collapse;width:100%;font-size:.94rem;font-variant-numeric:tabular-nums}
th{color:var(--soft);font-weight:600;font-size:.82rem;text-align:left}
th,td{padding:.45rem .6rem .45rem 0;border-bottom:1px solid var(--line);vertical-align:middle}
td.n,th.n{text-align:right;white-space:nowrap}
td.plot{width:17rem;padding:.45rem 1.2rem .45rem 1rem}td small{display:block;line-height:1.35}
tr:last-child td{border-bottom:0}
svg.range{display:block;width:240px;max-width:100%;height:18px}svg .axis{stroke:var(--line);stroke-width:2}
svg .span{stroke:var(--mark);stroke-width:4;stroke-linecap:round;opacity:.45}svg .dot{fill:var(--mark)}
svg .gate{stroke:var(--soft);stroke-width:1.5}
svg .dot.bad{fill:var(--bad)}svg .span.bad{stroke:var(--bad)}
details{border-top:1px solid var(--line);padding:.1rem 0}summary{cursor:pointer;padding:.55rem 0;overflow-wrap:anywhere}
details>details{margin-left:.8rem}details.more{margin-top:.8rem}
header.verdict{border-radius:16px;padding:1.5rem 1.6rem;border:1px solid var(--line);border-left:.5rem solid var(--mark);
background:var(--card);margin:0 0 1rem}
header.verdict.good{border-left-color:var(--good)}header.verdict.bad{border-left-color:var(--bad)}
header.verdict.warn{border-left-color:var(--warn)}header.verdict{color:var(--ink)}header.verdict.good h1{color:var(--good)}
header.verdict.bad h1{color:var(--bad)}header.verdict.warn h1{color:var(--warn)}
header.verdict p{margin:.2rem 0 .4rem;max-width:56rem}
.kicker{color:var(--soft);font-size:.9rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(14rem,100%),1fr));gap:.8rem;margin:0 0 1rem}
.tiles>div{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:.9rem 1.1rem}
.tiles dt{font-size:.85rem;color:var(--soft);font-weight:600}.tiles dd{margin:0;font-size:1.9rem;font-weight:680;line-height:1.25;
font-variant-numeric:tabular-nums}.tiles dd.told{font-size:.86rem;font-weight:400;color:var(--soft);line-height:1.4}
tr.group th{font-size:1rem;color:var(--ink);padding:1.3rem 0 .4rem;border-bottom:2px solid var(--line)}
tr.group th small{display:block;font-weight:400;line-height:1.45;max-width:50rem}
.trust td a{color:var(--ink);font-weight:600;text-decoration-color:var(--line)}
.trust td.far{font-size:.88rem;color:var(--soft);width:15rem}
.trust td:first-child{max-width:24rem}.badge:not(.good,.bad,.warn){background:var(--ground)}
.ends{display:flex;justify-content:space-between;width:240px;max-width:100%;font-size:.7rem;color:var(--soft);line-height:1}
.ends i{font-style:normal}
.label{font-size:.8rem;font-weight:650;color:var(--soft);margin:.3rem 0 0;text-transform:uppercase;letter-spacing:.04em}
table.planted td{vertical-align:top;font-size:.9rem}
.talk{display:grid;gap:.5rem;margin:.3rem 0 1rem}
.said,.reply{border-radius:12px;padding:.55rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere;max-width:44rem;font-size:.93rem}
.said{background:var(--ground);justify-self:end}.reply{border:1px solid var(--line)}.reply.at{border-color:var(--bad)}
.wrong{color:var(--bad)}details ul{font-size:.92rem;overflow-wrap:anywhere}
code{font:.84rem/1.5 ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere;color:var(--soft)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;margin:.4rem 0;font-size:.92rem}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
@media(max-width:640px){main{padding:1rem .75rem 3rem}section{padding:1.1rem 1rem;border-radius:12px}h1{font-size:1.55rem}
.figures thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.figures tr{display:grid;grid-template-columns:1fr auto;gap:.1rem .8rem;padding:.6rem 0;border-bottom:1px solid var(--line)}
.figures tr:last-child{border-bottom:0}.figures td{border:0;padding:0}.figures td.plot{grid-column:1/-1;width:auto;padding:.2rem 0}
.figures td.gate,.figures td.was{font-size:.82rem}.figures td.was{text-align:right}
.figures td[data-label]:not(:empty)::before{content:attr(data-label) " ";color:var(--soft)}
.figures tr.group{display:block}.figures tr.group th{display:block}.trust td.far{grid-column:1/-1;width:auto}
.figures.planted tr{grid-template-columns:1fr}header.verdict{padding:1.1rem 1rem}
.tiles{grid-template-columns:1fr 1fr}.tiles>div{padding:.7rem .8rem}.tiles dd{font-size:1.5rem}
dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:.4rem}}
@media print{body{background:#fff}section{break-inside:auto}nav{display:none}}
"""
