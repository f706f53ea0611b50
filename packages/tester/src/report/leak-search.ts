// RFC 6750 §5.3; RFC 6819 §5.1.6
import type { Secret } from '../secret/secret.ts'
import { createSecretFinder } from './mask/secret-finder.ts'
import type { SecretForm } from './mask/secret-forms.ts'
import { withoutEntities, withoutEscapes, withoutJsonEscapes, withoutPercents } from './mask/unescape.ts'

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
 * Searches every artefact for every secret and the parts of it that are worth as much: as it is, in base64 of each alignment,
 * base64url, hex, capitals, backwards, and all that once more behind the escapes of HTML, JSON and URLs and behind line breaks. Time grows with the artefacts, not with the secrets.
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
  const plain = withoutEscapes(text)
  const views = [
    { behind: 'nothing', text },
    { behind: 'escapes of HTML', text: html },
    { behind: 'escapes of JSON', text: json },
    { behind: 'escapes of URLs', text: withoutPercents(json) },
    { behind: 'escapes within escapes', text: plain },
    { behind: 'line breaks', text: inOnePiece(text) },
    { behind: 'line breaks and escapes', text: inOnePiece(plain) },
  ]
  return views.filter((view, index) => views.findIndex(other => other.text === view.text) === index)
}

/** Without line breaks, and without signs that nobody sees, be they shown by their numbers. */
function inOnePiece(text: string): string {
  return text.replaceAll(/\r?\n[ \t]*|\p{Cf}|\[U\+[0-9A-F]{4,6}\]/gu, '')
}

function lineAt(text: string, index: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line += 1
  return line
}
