import type { Secret } from '../../secret/secret.ts'
import { type SecretForm, spellingsOf } from './secret-forms.ts'

/** A place in a text where a secret stands; `end` is behind it. */
export type SecretHit = {
  readonly start: number
  readonly end: number
  readonly secret: Secret
  readonly form: SecretForm
}

/** Looks for many secrets at once. */
export type SecretFinder = {
  /** Every place, from the left; of places that overlap the first and longest. Time grows with the text, not with the secrets. */
  readonly find: (text: string) => readonly SecretHit[]
  /** Secrets that cannot be told from ordinary text: too short, or a plain word or number. */
  readonly unsearchable: readonly Secret[]
  /** Looks for one more from now on. */
  readonly add: (secret: Secret) => void
}

/** Characters of a spelling by which it is found; a shorter one is not looked for. */
const anchorLength = 6

/** Whether a secret can be told from ordinary text: six characters or more, and no plain word or number of fewer than ten. */
function isSearchable(secret: string): boolean {
  const text = secret.trim()
  return text.length >= anchorLength && (text.length >= 10 || !/^(?:[a-z]+|[A-Z][a-z]*|[A-Z]+|[0-9]+)$/.test(text))
}

type Spelling = {
  readonly secret: Secret
  readonly form: SecretForm
  readonly text: string
  /** Where the anchor stands in the text. */
  readonly offset: number
}

/** Prepares the search: one anchor of six characters for each spelling, in a table of hashes. */
export function createSecretFinder(secrets: readonly Secret[]): SecretFinder {
  const table = new AnchorTable()
  const unsearchable: Secret[] = []
  const add = (secret: Secret) => {
    const text = secret.reveal()
    if (!isSearchable(text)) unsearchable.push(secret)
    else for (const spelling of spellingsOf(text)) table.add(secret, spelling)
  }
  for (const secret of secrets) add(secret)
  return { find: text => withoutOverlap(table.hits(text)), unsearchable, add }
}

// The table is large and read once per character, hence a class with typed memory.
class AnchorTable {
  readonly #spellings = new Map<number, Spelling[]>()
  /** One bit per hash, to pass over nearly every character without asking the map. */
  readonly #sieve = new Uint32Array(1 << 17)

  add(secret: Secret, { form, text }: { readonly form: SecretForm; readonly text: string }): void {
    if (text.length < anchorLength) return
    const { hash, offset } = this.#rareAnchor(text)
    const same = this.#spellings.get(hash)
    const spelling = { secret, form, text, offset }
    if (same === undefined) this.#spellings.set(hash, [spelling])
    else same.push(spelling)
    this.#sieve[sieveIndex(hash)] = (this.#sieve[sieveIndex(hash)] ?? 0) | (1 << (hash & 31))
  }

  // tokens of one issuer begin alike, so the end is tried first, and what others have taken is avoided
  #rareAnchor(text: string): { readonly hash: number; readonly offset: number } {
    const last = text.length - anchorLength
    const offsets = [last, last >> 1, (last >> 2) * 3, last >> 2, 0]
    const free = offsets.find(offset => !this.#spellings.has(hashAt(text, offset)))
    const offset = free ?? last
    return { hash: hashAt(text, offset), offset }
  }

  hits(text: string): SecretHit[] {
    const found: SecretHit[] = []
    if (text.length < anchorLength || this.#spellings.size === 0) return found
    let hash = hashAt(text, 0)
    for (let at = 0; ; at += 1) {
      if (((this.#sieve[sieveIndex(hash)] ?? 0) & (1 << (hash & 31))) !== 0) this.#verify({ text, at, hash, found })
      if (at + anchorLength >= text.length) return found
      hash = Math.imul(hash - Math.imul(text.charCodeAt(at), highest), base) + text.charCodeAt(at + anchorLength)
    }
  }

  #verify({ text, at, hash, found }: { text: string; at: number; hash: number; found: SecretHit[] }): void {
    for (const { secret, form, text: wanted, offset } of this.#spellings.get(hash | 0) ?? []) {
      const start = at - offset
      if (start >= 0 && text.startsWith(wanted, start)) found.push({ start, end: start + wanted.length, secret, form })
    }
  }
}

const base = 0x01000193
const highest = Array.from({ length: anchorLength - 1 }).reduce((power: number) => Math.imul(power, base), 1)

function hashAt(text: string, start: number): number {
  let hash = 0
  for (let at = start; at < start + anchorLength; at += 1) hash = (Math.imul(hash, base) + text.charCodeAt(at)) | 0
  return hash
}

function sieveIndex(hash: number): number {
  return (hash >>> 5) & 0x1ffff
}

function withoutOverlap(hits: SecretHit[]): readonly SecretHit[] {
  let covered = 0
  return hits
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start, end }) => {
      if (start < covered) return false
      covered = end
      return true
    })
}
