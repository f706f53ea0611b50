/** The one style sheet of the report; it asks for nothing from outside. */
export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--panel:#f6f8fa;--link:#0550ae;
--bad:#b3261e;--bad-paper:#ffe3e0;--warn:#7a4d00;--warn-paper:#fff1cc;--good:#13652c;--good-paper:#dcf5e3;
--ask:#4b3b9e;--ask-paper:#ece8ff;--calm:#57606a;--calm-paper:#eef1f4;--bar:#7aa7d9;--bar-strong:#1f5fa8}
@media (prefers-color-scheme:dark){:root{--paper:#0f1318;--ink:#e6edf3;--soft:#a4aeb9;--line:#343c46;--panel:#171c23;--link:#82b7ff;
--bad:#ff9d94;--bad-paper:#48120e;--warn:#f5c563;--warn-paper:#3b2a04;--good:#7fdc9a;--good-paper:#0f3320;
--ask:#c5b8ff;--ask-paper:#2b2350;--calm:#a4aeb9;--calm-paper:#20262e;--bar:#2f5f94;--bar-strong:#8cc0ff}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
header,nav,main,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
h1{font-size:1.1rem;font-weight:600;color:var(--soft);margin:1.5rem 0 .25rem}
h2{font-size:1.45rem;line-height:1.25;margin:3rem 0 .5rem;padding-top:.5rem;border-top:1px solid var(--line)}
h3{font-size:1.1rem;margin:0}
p{margin:.5rem 0;max-width:46rem}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
code,pre{font:.875em/1.5 ui-monospace,monospace;unicode-bidi:isolate}
code{background:var(--calm-paper);border-radius:4px;padding:.05em .3em}
pre{margin:0;white-space:pre-wrap;background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.6rem .75rem}
.answer{font-size:1.75rem;line-height:1.25;font-weight:650;margin:.25rem 0 .75rem;max-width:40rem}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 2rem;margin:0 0 1rem;padding:0;color:var(--soft)}
.facts div{display:flex;gap:.4rem}.facts dt{white-space:nowrap}.facts dt::after{content:":"}.facts dd{margin:0;color:var(--ink)}
nav ul{display:flex;flex-wrap:wrap;gap:.4rem;list-style:none;padding:0;margin:0}
nav a{display:block;padding:.3rem .7rem;border:1px solid var(--line);border-radius:99px;text-decoration:none}
nav a:hover{border-color:currentColor}
.badge{display:inline-block;font-size:.85rem;font-weight:650;border:1px solid currentColor;border-radius:99px;padding:.05rem .6rem;white-space:nowrap}
.fail{color:var(--bad);background:var(--bad-paper)}.warn{color:var(--warn);background:var(--warn-paper)}
.pass{color:var(--good);background:var(--good-paper)}.inconclusive{color:var(--ask);background:var(--ask-paper)}
.not_applicable{color:var(--calm);background:var(--calm-paper)}
.finding{border:1px solid var(--line);border-left:6px solid var(--warn);border-radius:8px;padding:1rem 1.25rem;margin:1rem 0}
.finding.is-fail{border-left-color:var(--bad)}
.finding:target,.square:target{outline:3px solid var(--link)}
.finding h3{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
.finding dl{display:grid;grid-template-columns:8.5rem 1fr;gap:.35rem 1rem;margin:.75rem 0}
.finding dt{color:var(--soft)}.finding dd{margin:0;max-width:44rem}
.finding dd ul,.plain{list-style:none;padding:0;margin:0}
.finding dd.columns ul{columns:18rem}
details{margin:.5rem 0}summary{cursor:pointer;padding:.3rem 0;color:var(--link)}
.exchange{border-left:3px solid var(--line);padding-left:1rem;margin:.75rem 0 1.25rem;display:grid;gap:.5rem;grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
.exchange>p,.exchange>details{grid-column:1/-1;margin:0;max-width:none}
figure{margin:0;min-width:0}figcaption{color:var(--soft);font-size:.875rem;margin-bottom:.2rem}
.legend{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;list-style:none;padding:0;margin:.75rem 0}
.legend span:first-child{display:inline-block;min-width:1.9rem;text-align:center;border-radius:4px;font-weight:700;margin-right:.4rem}
.filter{display:inline-flex;gap:.5rem;align-items:center;min-height:2rem;margin-right:1.25rem}
.filter input{width:1.1rem;height:1.1rem;margin:0}
.wide{overflow-x:auto;margin:.75rem 0;border:1px solid var(--line);border-radius:8px}
table{border-collapse:separate;border-spacing:0;width:100%}
th,td{padding:.35rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{background:var(--panel);font-weight:600}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.matrix{width:auto}
.matrix th,.matrix td{border-right:1px solid var(--line);overflow-wrap:normal}
.matrix thead th{vertical-align:bottom;padding:.5rem .2rem}
.matrix thead th span{display:block;writing-mode:vertical-rl;transform:rotate(180deg);max-height:15rem;font:600 .8rem/1.3 ui-monospace,monospace;margin:0 auto;white-space:pre-wrap}
.matrix thead th:first-child{padding:.5rem .6rem;vertical-align:bottom}
.matrix tbody th[scope=row]{position:sticky;left:0;z-index:1;background:var(--paper);font-weight:400;min-width:14rem;max-width:24rem;box-shadow:1px 0 0 var(--line)}
.matrix thead th:first-child{position:sticky;left:0;z-index:2}
.matrix tbody th[scope=row] small{display:block;color:var(--soft)}
.matrix tbody th[scope=rowgroup]{background:var(--panel);font-size:.875rem;color:var(--soft);padding:.25rem .6rem}
.matrix tbody th[scope=rowgroup] span{position:sticky;left:.6rem}
.wide:has(.matrix){width:fit-content;max-width:100%}
.matrix td{padding:0;min-width:2.1rem;height:1px}
.matrix td a{display:grid;place-content:center;height:100%;min-height:2.1rem;text-decoration:none;font-weight:700}
.matrix td a:hover{text-decoration:underline}
.too_open{color:var(--bad);background:var(--bad-paper)}.too_closed{color:var(--warn);background:var(--warn-paper)}
.matrix td .too_open,.matrix td .too_closed{box-shadow:inset 0 0 0 2px currentColor}
.not_issued{color:var(--calm)}
.unknown,.depends{color:var(--ask);background:var(--ask-paper)}
.allowed{color:var(--good);background:var(--good-paper)}.refused{color:var(--calm);background:transparent}
#matrix:has(#only-wrong:checked) tr.is-right{display:none}
#cases:has(#only-open:checked) tr.is-right{display:none}
.square{display:none;border:1px solid var(--line);border-radius:8px;padding:1rem 1.25rem;margin:1rem 0}
.square:target{display:block}
.count{color:var(--soft);font-weight:400}
.chart{display:block;max-width:44rem;width:100%;height:auto;margin:.25rem 0}
.chart .high{fill:var(--bar)}.chart .half{fill:var(--bar-strong)}.chart text{fill:var(--soft);font:11px system-ui,sans-serif}
.chart line{stroke:var(--line)}
.words dt{font-weight:650;margin-top:.75rem}.words dd{margin:0;max-width:46rem}
footer{color:var(--soft);margin:3rem auto 2rem;font-size:.9rem}
@media (max-width:44rem){.exchange{grid-template-columns:minmax(0,1fr)}.finding dl{grid-template-columns:1fr;gap:.1rem}
.finding dd{margin-bottom:.5rem}.answer{font-size:1.4rem}.matrix tbody th[scope=row]{min-width:9rem;max-width:9.5rem}
header,nav,main,footer{padding:0 .9rem}.finding{padding:.8rem .9rem}}
@media print{nav,.filter{display:none}.wide{overflow:visible}.matrix{font-size:.7rem}.matrix tbody th[scope=row]{position:static}
details::details-content{content-visibility:visible;block-size:auto}.finding,figure{break-inside:avoid}a{color:inherit}}
`
