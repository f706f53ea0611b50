// RFC 8628 §5.4, OpenID Connect CIBA Core §7.1
import type { ClientView } from '@ambit/server'
import { fill, html, type Markup, strong } from './markup.ts'
import { time } from './time.ts'
import type { View } from './view.ts'

/** Where a request came from that no browser brought: what its user compares before they answer. @spec RFC 8628 §5.4 */
export function asideFacts({ name, aside }: ClientView, view: View): Markup | undefined {
  if (aside === undefined) return undefined
  const { words } = view
  const { kind, bindingMessage } = aside
  const about = kind === 'device' ? words.aside_device : words.aside_backchannel
  return html`<section class="aside">
    <p>${fill(about, { client: strong(name) })}</p>
    <dl class="facts">${asideRows({ aside }, view)}</dl>
    ${bindingMessage !== undefined && html`<p>${words.aside_compare}</p>`}
  </section>`
}

/** What the app says of it, when it was asked, and from which network, as rows of a list. */
export function asideRows({ aside }: Pick<ClientView, 'aside'>, view: View): Markup | undefined {
  if (aside === undefined) return undefined
  const { words } = view
  const { requestedAt, network, bindingMessage } = aside
  return html`
    ${bindingMessage !== undefined && html`<div><dt>${words.aside_message}</dt><dd>${strong(bindingMessage)}</dd></div>`}
    <div><dt>${words.aside_asked}</dt><dd>${time(requestedAt, view)}</dd></div>
    ${network !== undefined && html`<div><dt>${words.aside_network}</dt><dd><code>${network}</code></dd></div>`}`
}
