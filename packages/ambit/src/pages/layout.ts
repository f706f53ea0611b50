import { directionOf } from './language.ts'
import { type Child, html, type Markup, ownMarkup } from './markup.ts'
import { linkable, type View } from './view.ts'

/** What a page puts into the frame that all share. */
export type Content = {
  /** The text of `<title>`; the brand follows it. */
  readonly title: string
  readonly width: 'narrow' | 'middle' | 'wide'
  readonly main: Child
}

/** The whole document: no inline script or style, nothing from elsewhere. */
export function layout(view: View, content: Content): Markup {
  const { brand, language } = view
  return html`${ownMarkup('<!doctype html>')}
<html lang="${language}" dir="${directionOf(language)}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <meta name="robots" content="noindex">
    <title>${content.title} · ${brand.name}</title>
    <link rel="icon" href="${asset(view, 'ambit.svg')}" type="image/svg+xml">
    <link rel="stylesheet" href="${asset(view, 'ambit.css')}">
    <script src="${asset(view, 'ambit.js')}" defer></script>
  </head>
  <body>
    <header class="brand">${mark}<bdi>${brand.name}</bdi></header>
    <main class="card ${content.width}">${content.main}</main>
    ${footer(view)}
  </body>
</html>
`
}

function asset({ frame, assetVersion }: View, name: string): string {
  return `${frame.basePath}/assets/${name}?v=${assetVersion}`
}

function footer({ brand, words }: View): Markup | undefined {
  const links = [
    [brand.helpUri, words.footer_help],
    [brand.privacyUri, words.footer_privacy],
    [brand.termsUri, words.footer_terms],
  ] as const
  const shown = links.flatMap(([uri, text]) => {
    const href = linkable(uri)
    return href === undefined ? [] : [html`<a href="${href}">${text}</a>`]
  })
  return shown.length > 0 ? html`<footer>${shown}</footer>` : undefined
}

// two arcs around a point: what is within, and its bounds
const mark = ownMarkup(
  '<svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round"><path d="M20.6 8.5A9.3 9.3 0 1 1 15.5 3.4"/><circle cx="12" cy="12" r="3" fill="currentColor" stroke="none"/></svg>',
)
