/** What single pages need: consent, home, errors. */
export const pageStyle = `
.asker { display: flex; gap: 1rem; align-items: flex-start; }
.initial {
  flex: none;
  display: grid;
  place-items: center;
  inline-size: 3.25rem;
  block-size: 3.25rem;
  font-size: 1.5rem;
  font-weight: 650;
  color: var(--accent);
  background: var(--tint);
  border-radius: 0.875rem;
}
fieldset { min-inline-size: 0; margin-block-start: 1.5rem; border: 0; }
legend { inline-size: 100%; padding: 0; padding-block-end: 0.5rem; font-weight: 650; }
.resource { display: block; font-size: 0.8125rem; font-weight: 400; color: var(--soft); }
.scope {
  position: relative;
  display: flex;
  gap: 0.875rem;
  padding: 0.875rem 1rem;
  border: 1px solid var(--line);
}
.scope + .scope { border-block-start: 0; }
.scope:first-of-type { border-start-start-radius: 0.75rem; border-start-end-radius: 0.75rem; }
.scope:last-of-type { border-end-start-radius: 0.75rem; border-end-end-radius: 0.75rem; }
.scope:has(input:checked) { background: var(--tint); }
.scope input[type="checkbox"], .always { flex: none; inline-size: 1.375rem; block-size: 1.375rem; margin: 0.0625rem 0 0; }
.scope input[type="checkbox"] { position: relative; z-index: 1; display: grid; place-items: center; appearance: none; background: var(--card); border: 2px solid var(--edge); border-radius: 0.3125rem; }
.scope input:checked { background: var(--accent); border-color: var(--accent); }
.always { display: grid; place-items: center; border-radius: 50%; background: var(--soft); }
.scope input:checked::before, .always::before { content: ""; inline-size: 0.375rem; block-size: 0.6875rem; margin-block-end: 0.1875rem; border: 0 solid var(--card); border-width: 0 2px 2px 0; rotate: 45deg; }
.scope input:checked::before { border-color: var(--on-accent); }
@media (forced-colors: active) { .scope input[type="checkbox"] { appearance: auto; } }
.scope .text { flex: 1; min-inline-size: 0; }
.scope .title, .scopes li bdi { margin: 0; margin-inline-end: 0.375rem; }
.scope .title { display: inline; font-size: 1rem; font-weight: 600; }
.scope label.title { cursor: pointer; }
.scope label.title::after { content: ""; position: absolute; inset: 0; }
.scope details { position: relative; z-index: 1; }
.scope .choices { position: relative; z-index: 1; margin-block-start: 0.625rem; }
.scope .choices > p { color: var(--soft); font-size: 0.9375rem; }
.scope .choices > div { display: flex; gap: 0.625rem; align-items: center; min-block-size: 2.25rem; }
.scope .choices label { margin: 0; font-weight: 400; cursor: pointer; }
dl.detail { margin-block-start: 0.5rem; color: var(--ink); }
dl.detail > div { grid-template-columns: 7rem 1fr; padding-block: 0.375rem; }
dl.detail dd { min-inline-size: 0; overflow-wrap: anywhere; font-weight: 600; }
.about { color: var(--soft); font-size: 0.9375rem; }
.about > * { margin-block-start: 0.25rem; }
.about ul, .already ul { padding-inline-start: 1.25rem; }
summary { padding-block: 0.25rem; color: var(--accent); cursor: pointer; }
.badge {
  display: inline-block;
  padding: 0.0625rem 0.5rem;
  font-size: 0.8125rem;
  font-weight: 650;
  border: 1px solid currentColor;
  border-radius: 1rem;
  vertical-align: 0.0625rem;
}
.sensitive .badge, .sensitive .risk { color: var(--warn); }
.sensitive .badge { background: var(--warn-tint); }
.dangerous .badge, .dangerous .risk { color: var(--danger); }
.dangerous .badge { background: var(--danger-tint); }
.badge.required { color: var(--soft); background: transparent; }
.already, .duration { margin-block-start: 1.5rem; color: var(--soft); font-size: 0.9375rem; }
.already h2, .duration h2 { color: var(--ink); font-size: 1rem; }
.next { margin-block-start: 1.5rem; padding-block-start: 1.25rem; border-block-start: 1px solid var(--line); }
.next + .actions { margin-block-start: 1rem; }
.greeting, .grant .head, .scopes li { display: flex; gap: 0.75rem 1rem; align-items: center; justify-content: space-between; }
.greeting { flex-wrap: wrap; align-items: flex-start; }
.greeting form, .grant form { flex: none; margin: 0; }
section { margin-block-start: 2rem; }
section > p { color: var(--soft); }
dl { margin-block-start: 0.75rem; }
dl > div { display: grid; grid-template-columns: 8rem 1fr; gap: 1rem; padding-block: 0.625rem; border-block-start: 1px solid var(--line); }
dt { color: var(--soft); }
.facts { margin-block-start: 1.5rem; }
.facts > div { grid-template-columns: 6rem 1fr; }
.grant { margin-block-start: 1rem; padding: 1.125rem 1.25rem; border: 1px solid var(--line); border-radius: 0.75rem; }
.scopes { list-style: none; margin-block-start: 0.75rem; }
.scopes li { padding-block: 0.5rem; border-block-start: 1px solid var(--line); }
.user-code, .shown-code { letter-spacing: 0.12em; font-variant-numeric: tabular-nums; }
.user-code { text-transform: uppercase; }
.shown-code {
  margin-block: 1rem;
  padding: 0.875rem 1rem;
  font-size: 1.75rem;
  font-weight: 650;
  text-align: center;
  background: var(--tint);
  border-radius: 0.75rem;
}
.aside { margin-block-start: 1.5rem; padding: 0.875rem 1rem; border: 1px solid var(--edge); border-radius: 0.75rem; }
.aside .facts { margin-block: 0.5rem; }
.aside p { color: inherit; }
.warning { margin-block-start: 1.5rem; padding: 0.875rem 1rem; background: var(--warn-tint); border-inline-start: 4px solid var(--warn); border-radius: 0.375rem; }
.warning h2 { color: var(--warn); }
.warning p { color: inherit; margin-block-start: 0.25rem; }
.onward { margin-block-start: 1.25rem; }
.notices ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin-block-start: 1.25rem; list-style: none; }
.notices a { display: inline-block; padding-block: 0.375rem; }
@media (max-width: 40rem) {
  .asker { gap: 0.75rem; }
  .initial { inline-size: 2.75rem; block-size: 2.75rem; font-size: 1.25rem; }
  .scope { padding: 0.875rem 0.75rem; gap: 0.75rem; }
  .grant { padding: 1rem 0.875rem; }
  .grant .head { flex-wrap: wrap; }
  dl > div, dl.detail > div { grid-template-columns: 1fr; gap: 0; }
}
`
