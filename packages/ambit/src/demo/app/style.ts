/** The app's style: its own, so that nobody takes it for the authorization server. */
export const appStyle = `:root {
  color-scheme: light dark;
  --ground: #fbf7f2;
  --card: #ffffff;
  --ink: #241a12;
  --soft: #65574b;
  --line: #e6dbcf;
  --edge: #8d7d6f;
  --accent: #9a3f0c;
  --on-accent: #ffffff;
  --good: #1c6b34;
  --good-tint: #e9f5ec;
  --bad: #a3201d;
  --bad-tint: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #17120e;
    --card: #221b16;
    --ink: #f2e9e1;
    --soft: #bfb0a3;
    --line: #3b3029;
    --edge: #8f8074;
    --accent: #f2a679;
    --on-accent: #2b1204;
    --good: #83d39b;
    --good-tint: #17301f;
    --bad: #ff9d96;
    --bad-tint: #3a1d1b;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
  overflow-wrap: anywhere;
}
.bar, main { max-inline-size: 44rem; margin-inline: auto; padding-inline: 1rem; }
.bar { display: flex; gap: 0.75rem; align-items: baseline; padding-block: 1rem; }
.name { font-weight: 700; color: var(--accent); }
main { padding-block-end: 3rem; }
h1 { font-size: 1.625rem; line-height: 1.25; letter-spacing: -0.015em; margin: 0.5rem 0 0.75rem; }
h2 { font-size: 1.0625rem; margin: 0 0 0.5rem; }
.lead { margin-block: 0 1.25rem; }
.hint { color: var(--soft); font-size: 0.9375rem; }
section {
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 0.875rem;
  padding: 1.25rem;
  margin-block: 0 1rem;
}
.answer { border-inline-start: 0.375rem solid var(--edge); }
.answer.good { border-color: var(--good); background: var(--good-tint); }
.answer.bad { border-color: var(--bad); background: var(--bad-tint); }
.answer p { margin: 0 0 0.75rem; }
strong.good { color: var(--good); }
strong.bad { color: var(--bad); }
#status { font-variant-numeric: tabular-nums; color: var(--soft); }
pre {
  margin: 0.5rem 0 0;
  padding: 0.625rem 0.75rem;
  white-space: pre-wrap;
  background: var(--ground);
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  max-block-size: 22rem;
  overflow: auto;
}
pre, code { font: 0.875rem/1.5 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; }
dl { margin: 0; }
dt { font-weight: 600; }
dd { margin: 0 0 0.75rem; }
ul { margin: 0; padding-inline-start: 1.25rem; }
.may { border-block-start: 1px solid var(--line); padding-block-start: 0.75rem; }
.row { display: flex; flex-wrap: wrap; gap: 0.625rem; }
.row + .hint { margin-block: 0.75rem 0; }
button {
  min-block-size: 2.75rem;
  padding: 0.5rem 1rem;
  border: 1px solid var(--edge);
  border-radius: 0.625rem;
  background: var(--card);
  color: var(--ink);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:hover { border-color: var(--accent); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) {
  .row { display: grid; grid-template-columns: 1fr 1fr; }
  .row button, button.main { inline-size: 100%; block-size: 100%; }
}
`
