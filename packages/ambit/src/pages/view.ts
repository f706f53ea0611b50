import type { PageFrame } from '@ambit/server'
import type { Words } from './words/words.ts'

/** Who runs the server, as its pages show it. */
export type Brand = {
  readonly name: string
  readonly helpUri?: string
  readonly privacyUri?: string
  readonly termsUri?: string
}

/** What every page is rendered with. */
export type View = {
  readonly words: Words
  /** A language tag (BCP 47). */
  readonly language: string
  readonly brand: Brand
  readonly frame: PageFrame
  /** Distinguishes the files of this version from those that a browser has kept. */
  readonly assetVersion: string
}

/** A URI that a page may link to: http or https, nothing that runs. */
export function linkable(uri: string | undefined): string | undefined {
  const parsed = uri === undefined ? null : URL.parse(uri)
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:') ? parsed.href : undefined
}

const scripted: ReadonlySet<string> = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'about:'])

/** Whether a URI can lead to an app, on the web or on this device: absolute, of a scheme that runs nothing. */
export function leadsToApp(uri: string): boolean {
  const scheme = URL.parse(uri)?.protocol
  return scheme !== undefined && !scripted.has(scheme)
}
