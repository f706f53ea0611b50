// RFC 6749 §5.1, RFC 7517 §4
import type { SecretLedger } from '../secret/secret.ts'
import type { KeyPair } from '../target/target.ts'
import { isJsonObject, type JsonObject, numberIn, parseJsonObject, textIn, textsIn } from './json-object.ts'
import type { HeldToken } from './token.ts'
import { parseHolder } from './wish-key.ts'

/** A token that is kept for the next wish of the same kind. */
export type KeptToken = {
  readonly token: HeldToken
  /** The name of the client that it belongs to; absent where it was forged. */
  readonly client?: string
  /** Milliseconds since the epoch. */
  readonly obtainedAt: number
}

/** A token that the server gave and that must be dead at the end. */
export type OwedToken = {
  readonly text: string
  readonly hint: 'access_token' | 'refresh_token'
  readonly client: string
  /** Milliseconds since the epoch; absent where nobody knows. */
  readonly expiresAt?: number
}

/** All that a vault holds. */
export type VaultContent = {
  readonly kept: ReadonlyMap<string, KeptToken>
  readonly owed: readonly OwedToken[]
}

/** Writes down what a vault holds, in clear: only what seals it may take the text. */
export function printVault({ kept, owed }: VaultContent): string {
  const entries = [...kept].map(([key, entry]) => [key, { ...entry, token: printToken(entry.token) }])
  return JSON.stringify({ version: 1, kept: entries, owed })
}

function printToken({ accessToken, refreshToken, idToken, dpopKey, ...rest }: HeldToken): object {
  return {
    ...rest,
    accessToken: accessToken.reveal(),
    refreshToken: refreshToken?.reveal(),
    idToken: idToken?.reveal(),
    dpopKey: dpopKey && { publicJwk: dpopKey.publicJwk, privateJwk: dpopKey.privateJwk.reveal() },
  }
}

/** Reads what a vault held; each secret in it is remembered. `undefined` where the text is none of ours. */
export function parseVault(text: string, secrets: SecretLedger): VaultContent | undefined {
  const document = parseJsonObject(text)
  if (document?.['version'] !== 1 || !Array.isArray(document['kept']) || !Array.isArray(document['owed']))
    return undefined
  const kept = document['kept'].flatMap(entry => parseKept(entry, secrets) ?? [])
  const owed = document['owed'].filter(isJsonObject).flatMap(entry => parseOwed(entry, secrets) ?? [])
  return { kept: new Map(kept), owed }
}

function parseKept(entry: unknown, secrets: SecretLedger): readonly [readonly [string, KeptToken]] | undefined {
  const parts: readonly unknown[] = Array.isArray(entry) ? entry : []
  const [key, value] = parts
  if (typeof key !== 'string' || !isJsonObject(value) || !isJsonObject(value['token'])) return undefined
  const token = parseToken(value['token'], secrets)
  const client = textIn(value, 'client')
  if (token === undefined) return undefined
  return [[key, { token, obtainedAt: numberIn(value, 'obtainedAt') ?? 0, ...(client !== undefined && { client }) }]]
}

function parseToken(value: JsonObject, secrets: SecretLedger): HeldToken | undefined {
  const accessToken = textIn(value, 'accessToken')
  const refreshToken = textIn(value, 'refreshToken')
  const idToken = textIn(value, 'idToken')
  const resource = textIn(value, 'resource')
  const holder = parseHolder(value['holder'])
  const dpopKey = parseKeyPair(value['dpopKey'], secrets)
  if (accessToken === undefined || holder === undefined) return undefined
  return {
    accessToken: secrets.secret('access token', accessToken),
    tokenType: value['tokenType'] === 'DPoP' ? 'DPoP' : 'Bearer',
    scope: textsIn(value, 'scope') ?? [],
    holder,
    expiresAt: numberIn(value, 'expiresAt') ?? 0,
    from: value['from'] === 'test_issuer' ? 'test_issuer' : 'server',
    ...(resource !== undefined && { resource }),
    ...(refreshToken !== undefined && { refreshToken: secrets.secret('refresh token', refreshToken) }),
    ...(idToken !== undefined && { idToken: secrets.secret('ID token', idToken) }),
    ...(dpopKey !== undefined && { dpopKey }),
  }
}

function parseKeyPair(value: unknown, secrets: SecretLedger): KeyPair | undefined {
  if (!isJsonObject(value) || !isJsonObject(value['publicJwk'])) return undefined
  const privateJwk = textIn(value, 'privateJwk')
  if (privateJwk === undefined) return undefined
  return { publicJwk: value['publicJwk'], privateJwk: secrets.secret('private key', privateJwk) }
}

function parseOwed(value: JsonObject, secrets: SecretLedger): OwedToken | undefined {
  const text = textIn(value, 'text')
  const client = textIn(value, 'client')
  const expiresAt = numberIn(value, 'expiresAt')
  if (text === undefined || client === undefined) return undefined
  const hint = value['hint'] === 'refresh_token' ? 'refresh_token' : 'access_token'
  secrets.secret(hint === 'refresh_token' ? 'refresh token' : 'access token', text)
  return { text, hint, client, ...(expiresAt !== undefined && { expiresAt }) }
}
