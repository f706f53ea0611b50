// RFC 4648 §4, §5, §8; RFC 3986 §2.1
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
  ]
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
