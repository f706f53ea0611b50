import type { KeyRecord } from '../ports/records.ts'
import type { KeyTools } from './key-tools.ts'

/** The private half of a key as it is stored: sealed where there is a key to seal with. */
export function sealPrivateKey(
  tools: KeyTools,
  privateJwk: JsonWebKey,
  seal: { readonly kid: string; readonly sealingKey: string | undefined },
): KeyRecord['privateKey'] {
  const text = JSON.stringify(privateJwk)
  if (seal.sealingKey === undefined) return { sealed: false, text }
  return { sealed: true, text: tools.seal(text, seal.sealingKey, seal.kid) }
}

/**
 * The private half of a stored key.
 * @throws {Error} where it is sealed and the sealing key is missing or another one
 */
export function parsePrivateKey(tools: KeyTools, record: KeyRecord, sealingKey: string | undefined): JsonWebKey {
  const { sealed, text } = record.privateKey
  if (!sealed) return JSON.parse(text) as JsonWebKey
  if (sealingKey === undefined)
    throw new Error(`the private key \`${record.kid}\` is sealed: the sealing key it was sealed with is wanted`)
  const opened = tools.unseal(text, sealingKey, record.kid)
  if (opened === undefined)
    throw new Error(`the private key \`${record.kid}\` was sealed with another sealing key than the one given`)
  return JSON.parse(opened) as JsonWebKey
}

/** @throws {Error} where a sealing key is not 32 bytes in base64url */
export function checkSealingKey(sealingKey: string | undefined): void {
  if (sealingKey !== undefined && !/^[A-Za-z0-9_-]{43}$/.test(sealingKey))
    throw new Error('the sealing key must be 32 random bytes in base64url: 43 characters')
}
