/** Colours, type and the card that every page is. */
export const baseStyle = `:root {
  color-scheme: light dark;
  --ground: #f3f5f4;
  --card: #ffffff;
  --ink: #17211f;
  --soft: #51605c;
  --line: #d8dfdc;
  --edge: #7c8b87;
  --accent: #0b6b5d;
  --accent-strong: #085348;
  --on-accent: #ffffff;
  --refuse: #43514d;
  --refuse-strong: #2f3a37;
  --tint: #eaf4f1;
  --warn: #7a4b00;
  --warn-tint: #fdf3e0;
  --danger: #a3201d;
  --danger-tint: #fdecea;
  --shadow: 0 1px 2px rgb(15 35 30 / 6%), 0 12px 32px rgb(15 35 30 / 8%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1514;
    --card: #182120;
    --ink: #e8efed;
    --soft: #a5b4b0;
    --line: #2d3a37;
    --edge: #788884;
    --accent: #5ccdb9;
    --accent-strong: #86dfcf;
    --on-accent: #06231e;
  --refuse: #b9c6c2;
  --refuse-strong: #d5dfdc;
    --tint: #1c2f2b;
    --warn: #f0c069;
    --warn-tint: #33290f;
    --danger: #ff9d96;
    --danger-tint: #3a1d1b;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: flex;
  flex-direction: column;
  align-items: center;
  padding: 3rem 1rem 2rem;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, dl, dd, fieldset { margin: 0; padding: 0; }
h1 { font-size: 1.625rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
h2 { font-size: 1.0625rem; line-height: 1.4; font-weight: 650; }
h3 { font-size: 1rem; line-height: 1.4; font-weight: 650; }
strong { font-weight: 650; }
code { font: 0.9375em/1.5 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; }
a { color: var(--accent); text-underline-offset: 0.2em; }
a:hover { color: var(--accent-strong); }
.lead, .note { color: var(--soft); }
.lead { margin-block-start: 0.375rem; }
.lead strong { color: var(--ink); }
.note { font-size: 0.875rem; }
.brand {
  display: flex;
  align-items: center;
  gap: 0.5rem;
  margin-block-end: 1.5rem;
  color: var(--soft);
  font-weight: 600;
  letter-spacing: 0.01em;
}
.brand .mark { color: var(--accent); }
.card {
  inline-size: 100%;
  padding: 2.25rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 1rem;
  box-shadow: var(--shadow);
}
.narrow { max-inline-size: 27rem; }
.middle { max-inline-size: 36rem; }
.wide { max-inline-size: 46rem; }
footer { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin-block-start: 1.5rem; font-size: 0.875rem; }
footer a { display: inline-block; padding-block: 0.375rem; color: var(--soft); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 40rem) {
  body { padding: 1.25rem 0.75rem; }
  .brand { margin-block-end: 1rem; }
  .card { padding: 1.375rem 1.125rem; border-radius: 0.875rem; }
  h1 { font-size: 1.4375rem; }
}
@media (forced-colors: active) {
  .card, .badge, button { border: 1px solid; }
}
`
