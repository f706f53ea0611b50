/** Fields, buttons and what is said of a mistake. */
export const formStyle = `
form { margin-block-start: 1.5rem; }
label { display: block; margin-block: 1.125rem 0.375rem; font-weight: 600; font-size: 0.9375rem; }
input[type="text"], input[type="password"] {
  display: block;
  inline-size: 100%;
  min-block-size: 3rem;
  padding: 0.625rem 0.875rem;
  font: inherit;
  color: inherit;
  background: var(--card);
  border: 1px solid var(--edge);
  border-radius: 0.625rem;
}
input[aria-invalid="true"] { border: 2px solid var(--danger); }
input[type="text"]:focus-visible, input[type="password"]:focus-visible { outline-offset: 0; border-color: var(--accent); }
input + .note { margin-block-start: 0.5rem; }
form + .note { margin-block-start: 1rem; }
.about { margin-block-start: 0.75rem; }
.password { position: relative; }
.password .reveal {
  position: absolute;
  inset-block: 0;
  inset-inline-end: 0;
  inline-size: 3rem;
  min-block-size: 0;
  padding: 0;
  background: none;
  border: 0;
  color: var(--soft);
}
.password:has(.reveal) input { padding-inline-end: 3rem; }
.reveal::before {
  content: "";
  display: block;
  inline-size: 1.25rem;
  block-size: 0.8125rem;
  margin-inline: auto;
  border: 2px solid currentColor;
  border-radius: 75% / 100%;
  background: radial-gradient(circle at center, currentColor 0 0.1875rem, transparent 0.25rem);
}
.reveal.shown::before { background: linear-gradient(to bottom right, transparent 44%, currentColor 44% 56%, transparent 56%); }
button {
  display: inline-block;
  min-block-size: 3rem;
  padding: 0.625rem 1.25rem;
  font: inherit;
  font-weight: 650;
  color: var(--on-accent);
  background: var(--accent);
  border: 2px solid var(--accent);
  border-radius: 0.625rem;
  cursor: pointer;
}
button:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
button.second { color: var(--accent); background: transparent; }
button.second:hover { background: var(--tint); border-color: var(--accent); }
/* neither answer is made more tempting than the other */
.equal button.second { color: var(--card); background: var(--refuse); border-color: var(--refuse); }
.equal button.second:hover { background: var(--refuse-strong); border-color: var(--refuse-strong); }
button.small { min-block-size: 2.5rem; padding: 0.25rem 0.875rem; font-size: 0.875rem; border-width: 1px; }
form[data-sent] button { cursor: progress; opacity: 0.7; }
.actions { display: grid; grid-auto-columns: 1fr; grid-auto-flow: column; gap: 0.75rem; margin-block-start: 1.75rem; }
.actions.stacked { grid-auto-flow: row; }
.problem {
  margin-block-start: 1.25rem;
  padding: 0.75rem 1rem;
  color: var(--danger);
  background: var(--danger-tint);
  border-inline-start: 4px solid var(--danger);
  border-radius: 0.375rem;
}
@media (prefers-reduced-motion: no-preference) {
  button, input { transition: background-color 120ms, border-color 120ms; }
}
`
