// RFC 9068 §2.2.3, RFC 7662 §2.2
import type { JwtClaims } from '@ambit/protocol'
import { type Catalogue, parseScope, type ScopeReading } from '@ambit/scope'

/** A token may carry more scope than a request may ask for; beyond this it is no honest one. */
const limits = { maxLength: 16_384, maxTokens: 4_096 }

/**
 * Reads the scope of a token from the one claim that holds it; no other claim, such as `roles`, adds to it. Several spaces
 * count as one. `undefined` where the claim is no scope value.
 * @spec RFC 9068 §2.2.3
 */
export function readScopeClaim(
  catalogue: Catalogue,
  claims: JwtClaims,
  name: 'scope' | 'scp' = 'scope',
): ScopeReading | undefined {
  const text = textOf(claims[name], name)
  if (text === undefined) return undefined
  if (text === '') return { scope: catalogue.empty, unknown: [] }
  const reading = catalogue.parse(text)
  if (reading.ok) return reading.value
  const parsed = parseScope(text, limits)
  return parsed.ok ? catalogue.read(parsed.value) : undefined
}

function textOf(claim: unknown, name: 'scope' | 'scp'): string | undefined {
  if (claim === undefined) return ''
  if (typeof claim === 'string') return claim.includes('  ') || /^ | $/.test(claim) ? collapsed(claim) : claim
  const isList = name === 'scp' && Array.isArray(claim) && claim.every(isOneToken)
  return isList ? claim.join(' ') : undefined
}

function isOneToken(item: unknown): item is string {
  return typeof item === 'string' && item !== '' && !item.includes(' ')
}

function collapsed(text: string): string {
  return text
    .split(' ')
    .filter(token => token !== '')
    .join(' ')
}
