// RFC 7515 §7.1; RFC 7468 §10, §11; RFC 6750 §2.1
import type { Labels } from './labels.ts'

/** Hides what looks like a credential, whatever it is called. Time grows with the text: no expression here looks back. */
export function hideShapes(text: string, labels: Labels): string {
  return hideRuns(hideCredentials(hidePrivateKeys(text, labels), labels), labels)
}

const keyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g
const keyEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/g

function hidePrivateKeys(text: string, labels: Labels): string {
  let shown = ''
  let from = 0
  for (keyBegin.lastIndex = 0; ; ) {
    const begin = keyBegin.exec(text)
    if (begin === null) return shown + text.slice(from)
    keyEnd.lastIndex = begin.index
    const end = keyEnd.exec(text) === null ? text.length : keyEnd.lastIndex
    shown += text.slice(from, begin.index) + labels.label('private key', text.slice(begin.index, end))
    from = end
    keyBegin.lastIndex = end
  }
}

// a challenge (`Bearer error="…"`) and a sentence (`no Bearer challenge came`) are no credentials
function hideCredentials(text: string, labels: Labels): string {
  return text.replaceAll(
    /\b(Bearer|DPoP|Basic|Negotiate) +([\w.~+/-]{12,}=*)(?!["\w=])/gi,
    (whole, scheme: string, value: string) =>
      /[0-9]/.test(value) || value.length >= 24 ? `${scheme} ${labels.label('credential', value)}` : whole,
  )
}

function hideRuns(text: string, labels: Labels): string {
  return text.replaceAll(/[\w.~+/=-]{20,}/g, run => {
    const start = run.search(/eyJ[\w-]{6}/)
    if (start >= 0 && run.indexOf('.', start) > 0) return run.slice(0, start) + labels.label('token', run.slice(start))
    return run.replaceAll(/[\w+-]{20,}/g, part => (looksRandom(part) ? labels.label('random value', part) : part))
  })
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a run of characters was made by chance and by nobody's hand; identifiers as UUIDs stay, since they tell objects apart. */
function looksRandom(text: string): boolean {
  if (uuid.test(text)) return false
  if (text.length >= 32 && /^[0-9a-f]+$/i.test(text)) return /[a-f]/i.test(text) && entropy(text) > 2.8
  const upper = count(text, /[A-Z]/g)
  const lower = count(text, /[a-z]/g)
  const digits = count(text, /[0-9]/g)
  return upper >= 2 && lower >= 2 && digits >= 2 && entropy(text) > 3.5
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

/** Bits per character, by the text's own frequencies. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const each of text) counts.set(each, (counts.get(each) ?? 0) + 1)
  let bits = 0
  for (const each of counts.values()) bits -= (each / text.length) * Math.log2(each / text.length)
  return bits
}
