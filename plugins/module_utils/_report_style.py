# SPDX-License-Identifier: GPL-3.0-or-later
"""How the report looks: light and dark as the reader has it, light on paper. Nothing is loaded from anywhere."""

from __future__ import annotations

_LIGHT = """
--ground:#f4f6f8;--card:#fff;--ink:#1a2330;--soft:#566272;--line:#d8dee6;
--ok:#116b3b;--ok-ground:#e3f3ea;--warning:#835400;--warning-ground:#fcf1d8;
--failed:#b0241c;--failed-ground:#fce8e6;--skipped:#566272;--skipped-ground:#e9edf1;
--tint0:#2f62c9;--tint1:#5680d8;--on-tint:#fff;--replica:#fff;--bar-warning:#c98a12;--bar-failed:#c0392f;
"""
_DARK = """
--ground:#0f141b;--card:#171f29;--ink:#e7ecf3;--soft:#9eabbb;--line:#2d3946;
--ok:#63d394;--ok-ground:#12301f;--warning:#f1c062;--warning-ground:#35290f;
--failed:#ff938a;--failed-ground:#3b1b19;--skipped:#9eabbb;--skipped-ground:#232d38;
--tint0:#7da2f2;--tint1:#557fd6;--on-tint:#0b111a;--replica:#171f29;--bar-warning:#c2953a;--bar-failed:#d9645a;
"""

CSS = f"""
:root{{color-scheme:light dark;{_LIGHT}}}
@media screen and (prefers-color-scheme:dark){{:root{{{_DARK}}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}}
main{{max-width:1180px;margin:0 auto;padding:28px 20px 40px}}
h1{{font-size:27px;line-height:1.25;margin:0 0 4px;letter-spacing:-.01em}}
h2{{font-size:18px;margin:34px 0 10px}}
h3{{font-size:15px;margin:0}}
p{{margin:0}}
code,.mono{{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}}
.soft{{color:var(--soft)}}
.card{{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px}}
.ok{{--state:var(--ok);--state-ground:var(--ok-ground)}}
.warning{{--state:var(--warning);--state-ground:var(--warning-ground)}}
.failed{{--state:var(--failed);--state-ground:var(--failed-ground)}}
.skipped{{--state:var(--skipped);--state-ground:var(--skipped-ground)}}
.pill{{display:inline-block;padding:1px 9px;border-radius:10px;font-size:12.5px;font-weight:600;white-space:nowrap;
color:var(--state);background:var(--state-ground)}}
.pill.long{{white-space:normal}}
.head{{display:flex;gap:18px;align-items:center;border-left:6px solid var(--state);padding:20px 22px}}
.head .mark{{flex:none;width:52px;height:52px;border-radius:50%;background:var(--state-ground);color:var(--state);font-size:27px;line-height:52px;
text-align:center;font-weight:700}}
.environment{{color:var(--state);overflow-wrap:anywhere}}
.cause{{margin-top:14px;border-left:6px solid var(--state)}}
.cause h2{{margin:0 0 6px}}
dl{{display:grid;grid-template-columns:max-content 1fr;gap:4px 14px;margin:8px 0 0}}
dt{{color:var(--soft)}}
dd{{margin:0;overflow-wrap:anywhere;white-space:pre-line}}
.tiles{{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin-top:14px}}
.tiles .card{{padding:11px 14px}}
.tiles p{{font-size:13px;color:var(--soft);overflow-wrap:anywhere}}
.tiles strong{{display:block;font-size:19px;line-height:1.35;color:var(--ink);font-variant-numeric:tabular-nums}}
.tiles .failed strong,.tiles .warning strong{{color:var(--state)}}
.bad-check{{border-left:6px solid var(--state);break-inside:avoid}}
.bad-check h3{{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline}}
.bad-check h3 .soft,h2 .soft{{font-weight:400}}
h2+*{{margin-top:0!important}}
h2 .soft{{font-size:15px}}
.remedy{{font-weight:600}}
.scroll{{overflow-x:auto;padding:4px 18px 8px}}
table{{border-collapse:collapse;width:100%;font-size:14px}}
caption{{text-align:left;color:var(--soft);padding:8px 0 4px}}
th,td{{text-align:left;padding:7px 16px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}}
tbody tr:last-child>*{{border-bottom:0}}
th{{font-weight:600}}
thead th{{color:var(--soft);font-size:13px;white-space:nowrap}}
td.number{{font-variant-numeric:tabular-nums;white-space:nowrap}}
tr.failed>*{{background:var(--state-ground)}}
.nodes th,.nodes td{{white-space:nowrap}}
.nodes td:last-child{{white-space:normal;min-width:190px}}
svg{{display:block;width:100%;height:auto;font-family:inherit}}
svg text{{fill:var(--ink);font-size:13px}}
.narrow{{display:none}}
svg .strong{{font-weight:650}}
svg .soft,svg .label{{fill:var(--soft);font-size:12px}}
svg .small{{font-size:12px}}
svg .bad{{fill:var(--failed);font-weight:600}}
svg .end{{text-anchor:end}}
svg rect.card{{fill:var(--ground);stroke:var(--line)}}
svg rect.troubled{{stroke:var(--failed);stroke-dasharray:5 3}}
svg .bar{{fill:var(--skipped-ground)}}
svg .tint0{{fill:var(--tint0)}}
svg .tint1{{fill:var(--tint1)}}
svg .slots-number,svg .letter{{fill:var(--on-tint);font-size:12px;font-weight:700;text-anchor:middle}}
svg .role{{stroke:var(--tint0);stroke-width:2;fill:var(--tint0)}}
svg .role.replica{{fill:var(--replica)}}
svg .letter.replica{{fill:var(--tint0)}}
svg .role.silent,svg .role.unknown{{fill:none;stroke:var(--failed);stroke-dasharray:3 2}}
svg .letter.silent,svg .letter.unknown{{fill:var(--failed)}}
svg .hatch-ground{{fill:var(--failed-ground)}}
svg .hatch-line{{stroke:var(--failed);stroke-width:2}}
svg .gap{{stroke:var(--failed)}}
.hatch-wide .gap{{fill:url(#hatch-wide)}}
.hatch-narrow .gap{{fill:url(#hatch-narrow)}}
svg text.run-ok{{fill:var(--ok)}}
svg text.run-warning{{fill:var(--warning)}}
svg text.run-failed{{fill:var(--failed)}}
svg rect.run-warning{{fill:var(--bar-warning)}}
svg rect.run-failed{{fill:var(--bar-failed)}}
svg .axis{{stroke:var(--line)}}
.legend{{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--soft);margin-top:12px}}
.legend b{{color:var(--ink)}}
section>*+*{{margin-top:10px}}
footer{{margin-top:34px;font-size:13px;color:var(--soft)}}
@media screen and (max-width:720px){{
body{{font-size:14.5px}}
main{{padding:14px 12px 28px}}
h1{{font-size:21px}}
.head{{padding:14px;gap:12px;align-items:flex-start}}
.head .mark{{width:38px;height:38px;line-height:38px;font-size:20px}}
.card{{padding:12px}}
.scroll{{padding:2px 12px 6px}}
.tiles{{grid-template-columns:1fr 1fr}}
.tiles .card:last-child:nth-child(odd){{grid-column:span 2}}
dl{{grid-template-columns:1fr;gap:0}}
dd{{margin-bottom:6px}}
.narrow{{display:block}}
.wide{{display:none}}
.stack thead{{display:none}}
.stack tr,.stack th,.stack td{{display:block;border:0;padding:1px 0}}
.stack tr{{padding:8px 0;border-bottom:1px solid var(--line)}}
.stack td:first-child,.stack td:first-child+td{{display:inline-block;padding-right:8px}}
.stack td[data-label]::before{{content:attr(data-label) ": ";color:var(--soft)}}
}}
@media print{{
*{{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
body{{background:#fff;font-size:11.5px}}
main{{max-width:none;padding:0}}
h1{{font-size:19px}}
h2{{font-size:14px;margin:18px 0 6px;break-after:avoid}}
h2 .soft,.bad-check h3{{font-size:11.5px}}
code,.pill,.legend,.tiles p,thead th,footer{{font-size:10px}}
.tiles{{grid-template-columns:repeat(auto-fit,minmax(84px,1fr));gap:6px}}
.tiles .card{{padding:7px 9px}}
.tiles strong{{font-size:13px}}
.head{{padding:12px 14px}}
table{{font-size:10.5px}}
th,td{{padding:3px 8px 3px 0}}
thead{{display:table-header-group}}
tr,.bad-check,.head,.tiles{{break-inside:avoid}}
.scroll{{overflow:visible}}
.card{{padding:8px 10px}}
}}
@page{{margin:14mm}}
""".strip()
