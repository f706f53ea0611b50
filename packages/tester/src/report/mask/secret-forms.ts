// RFC 4648 §4, §5, §8; RFC 3986 §2.1
import { privateKeyMembers } from './secret-names.ts'

/** How a secret may stand in a text. */
export type SecretForm =
  | 'as it is'
  | 'base64'
  | 'base64url'
  | 'URL-encoded'
  | 'in JSON'
  | 'in HTML'
  | 'hex'
  | 'backwards'
  | 'in other capitals'
  | 'base64 twice'
  /** The member of a key that makes it private, a key without its line breaks, the signature of a token. */
  | 'in part'

/** A text under which a secret would be found. */
export type SecretSpelling = { readonly form: SecretForm; readonly text: string }

/**
 * All spellings of a secret, each once. Base64 comes in three alignments, without what neighbours would change, so that a
 * secret is found behind a user name as well (`client:secret`).
 */
export function spellingsOf(secret: string): readonly SecretSpelling[] {
  const seen = new Set<string>()
  return candidates(secret).filter(({ text }) => text !== '' && !seen.has(text) && seen.add(text) !== undefined)
}

function candidates(secret: string): readonly SecretSpelling[] {
  const bytes = latin1Of(new TextEncoder().encode(secret))
  const aligned = [0, 1, 2].map(before => base64At(bytes, before))
  const hex = hexOf(bytes)
  return [
    { form: 'as it is', text: secret },
    ...aligned.map(text => ({ form: 'base64', text }) as const),
    ...aligned.map(text => ({ form: 'base64url', text: text.replaceAll('+', '-').replaceAll('/', '_') }) as const),
    ...escapedForms(secret),
    { form: 'hex', text: hex },
    { form: 'hex', text: hex.toUpperCase() },
    { form: 'backwards', text: [...secret].reverse().join('') },
    { form: 'in other capitals', text: secret.toLowerCase() },
    { form: 'in other capitals', text: secret.toUpperCase() },
    ...[0, 1, 2].map(before => ({ form: 'base64 twice', text: base64At(base64At(bytes, 0), before) }) as const),
    ...partsOf(secret).map(text => ({ form: 'in part', text }) as const),
  ]
}

/** Parts that are worth as much as the whole, because the rest is known: reports show what tokens say. */
function partsOf(secret: string): readonly string[] {
  if (secret.startsWith('{')) return privatePartsOf(secret)
  if (secret.startsWith('-----BEGIN')) {
    const joined = secret.replaceAll(/-----[^-]*-----|\s/g, '')
    return [joined, ...(joined.match(/.{64}/g)?.slice(1) ?? [])]
  }
  const [, , signature = '', ...more] = secret.split('.')
  return more.length === 0 && /^[\w-]{32,}$/.test(signature) ? [signature] : []
}

/** @spec RFC 7518 §6.2.2, §6.3.2, §6.4.1 */
function privatePartsOf(secret: string): readonly string[] {
  return [...secret.matchAll(/"(\w{1,4})":"([\w-]{16,})"/g)].flatMap(([, name = '', value = '']) =>
    privateKeyMembers.has(name) ? [value] : [],
  )
}

function escapedForms(secret: string): readonly SecretSpelling[] {
  if (/^[\w.~-]*$/.test(secret)) return []
  const wellFormed = secret.toWellFormed()
  const component = encodeURIComponent(wellFormed)
  const form = new URLSearchParams([['', wellFormed]]).toString().slice(1)
  const urls = [component, form].flatMap(text => [text, text.replaceAll(/%[0-9A-F]{2}/g, code => code.toLowerCase())])
  return [
    ...urls.map(text => ({ form: 'URL-encoded', text }) as const),
    { form: 'in JSON', text: JSON.stringify(secret).slice(1, -1) },
    { form: 'in HTML', text: secret.replaceAll(/[&<>"']/g, mark => `&${entities.get(mark) ?? ''};`) },
  ]
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', 'amp'],
  ['<', 'lt'],
  ['>', 'gt'],
  ['"', 'quot'],
  ["'", '#39'],
])

/** The characters of base64 that depend on the secret alone where `before` bytes stand in front of it. */
function base64At(bytes: string, before: number): string {
  const text = btoa('\0'.repeat(before) + bytes)
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
}

function latin1Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

function hexOf(bytes: string): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 1) text += bytes.charCodeAt(at).toString(16).padStart(2, '0')
  return text
}
