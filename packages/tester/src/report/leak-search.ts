// RFC 6750 §5.3; RFC 6819 §5.1.6
import type { Secret } from '../secret/secret.ts'
import { createSecretFinder } from './mask/secret-finder.ts'
import type { SecretForm } from './mask/secret-forms.ts'

/** Something that a run leaves behind: a report, a log, a file to go on from. Nothing that the tester writes is compressed. */
export type Artefact = { readonly name: string; readonly text: string }

/** A secret that stands in an artefact. What it is, and where; never the secret. */
export type Leak = {
  readonly artefact: string
  /** `access token`, `client secret`. */
  readonly kind: string
  readonly form: SecretForm
  /** What had to be undone to see it: `nothing`, `escapes of JSON`. */
  readonly behind: string
  /** The line in the artefact, or in what it is when that is undone. Lines begin with 1. */
  readonly line: number
}

/** What a search found, and what it could not look for. */
export type LeakSearch = {
  readonly leaks: readonly Leak[]
  readonly searched: { readonly artefacts: number; readonly secrets: number }
  /** For people: `2 secrets are too short or too ordinary to be told from text`. */
  readonly notes: readonly string[]
}

/**
 * Searches every artefact for every secret: as it is, in base64 of each alignment, base64url, hex, backwards, and all that once
 * more behind the escapes of HTML, JSON and URLs and behind line breaks. Time grows with the artefacts, not with the secrets.
 */
export function searchForSecrets(artefacts: readonly Artefact[], secrets: readonly Secret[]): LeakSearch {
  const finder = createSecretFinder(secrets)
  const leaks = artefacts.flatMap(({ name, text }) => {
    const seen = new Set<Secret>()
    return viewsOf(text).flatMap(({ behind, text: view }) =>
      finder
        .find(view)
        .filter(({ secret }) => !seen.has(secret) && seen.add(secret) !== undefined)
        .map(
          ({ secret, form, start }): Leak => ({
            artefact: name,
            kind: secret.kind,
            form,
            behind,
            line: lineAt(view, start),
          }),
        ),
    )
  })
  const unsearchable = finder.unsearchable.filter(secret => secret.reveal().trim() !== '')
  return {
    leaks,
    searched: { artefacts: artefacts.length, secrets: secrets.length - finder.unsearchable.length },
    notes: unsearchable.length === 0 ? [] : [noteOn(unsearchable)],
  }
}

function noteOn(secrets: readonly Secret[]): string {
  const kinds = [...new Set(secrets.map(({ kind }) => kind))].join(', ')
  const subject = secrets.length === 1 ? '1 secret was' : `${secrets.length} secrets were`
  return `${subject} not searched for in what was written, being too short or too ordinary to be told from text: ${kinds}`
}

type View = { readonly behind: string; readonly text: string }

/** The text itself, and what it comes to when each kind of writing is undone; only where that changes anything. */
function viewsOf(text: string): readonly View[] {
  const html = withoutEntities(text)
  const json = withoutJsonEscapes(html)
  const url = withoutPercents(json)
  const views = [
    { behind: 'nothing', text },
    { behind: 'escapes of HTML', text: html },
    { behind: 'escapes of JSON', text: json },
    { behind: 'escapes of URLs', text: url },
    { behind: 'line breaks', text: text.replaceAll(/\r?\n[ \t]*/g, '') },
  ]
  return views.filter((view, index) => views.findIndex(other => other.text === view.text) === index)
}

const namedEntities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

function withoutEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return namedEntities.get(name.toLowerCase()) ?? whole
    return characterOf(typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal)) ?? whole
  })
}

const jsonEscapes: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

function withoutJsonEscapes(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(/\\(?:u([0-9a-f]{4})|(["\\/bfnrt]))/gi, (whole, hex, mark) =>
    typeof mark === 'string'
      ? (jsonEscapes.get(mark) ?? mark)
      : (characterOf(Number.parseInt(String(hex), 16)) ?? whole),
  )
}

function withoutPercents(text: string): string {
  if (!text.includes('%')) return text
  const decoder = new TextDecoder()
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, run => {
    const bytes = run.slice(1).split('%')
    return decoder.decode(Uint8Array.from(bytes, byte => Number.parseInt(byte, 16)))
  })
}

function characterOf(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

function lineAt(text: string, index: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line += 1
  return line
}
