import { icon } from './assets/icon.ts'
import { script } from './assets/script.ts'
import { style } from './assets/style.ts'

/** The files that pages load, by name. */
export const assets: ReadonlyMap<string, { readonly contentType: string; readonly body: string }> = new Map([
  ['ambit.css', { contentType: 'text/css; charset=utf-8', body: style }],
  ['ambit.js', { contentType: 'text/javascript; charset=utf-8', body: script }],
  ['ambit.svg', { contentType: 'image/svg+xml', body: icon }],
])

/** Changes whenever one of the files does, so that they can be cached for long. */
export const assetVersion = fingerprint([...assets.values()].map(({ body }) => body).join(''))

// FNV-1a: it tells versions apart and need not withstand an attacker
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash.toString(36)
}
