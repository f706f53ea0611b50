// RFC 7517 §4, RFC 7518 §6
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { ServerContext } from '../../context.ts'
import type { Sealing } from '../../keys/sealing.ts'
import type { Store } from '../../ports/store.ts'
import type { KeyAlgorithm } from './algorithms.ts'

/** A key that clients encrypt to. */
export type ServerKey = {
  readonly kid: string
  readonly algorithms: readonly KeyAlgorithm[]
  readonly publicJwk: JWK
  readonly privateJwk: JWK
}

type KeyContext = Pick<ServerContext, 'store' | 'observe'>

/** A kind of key: what it is called in the store, what it is for, and how it is made. */
const kinds = [
  { name: 'encryption key P-256', algorithms: ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW'] },
  { name: 'encryption key RSA', algorithms: ['RSA-OAEP-256'] },
] as const satisfies readonly {
  readonly name: string
  readonly algorithms: readonly [KeyAlgorithm, ...KeyAlgorithm[]]
}[]

const known = new WeakMap<Store, Promise<readonly ServerKey[]>>()

/**
 * The keys that are encrypted to: made once for a store, kept there, sealed where there is a key to seal with, and the same for
 * every process. A key that cannot be opened is none; the operator is told.
 */
export function findServerKeys(context: KeyContext, sealing?: Sealing): Promise<readonly ServerKey[]> {
  const { store } = context
  const found = known.get(store)
  if (found) return found
  const loading = loadKeys(context, sealing)
  known.set(store, loading)
  loading.catch(() => known.delete(store))
  return loading
}

async function loadKeys(context: KeyContext, sealing?: Sealing): Promise<readonly ServerKey[]> {
  const keys = await Promise.all(kinds.map(kind => loadKey(context, kind, sealing)))
  return keys.filter(key => key !== undefined)
}

async function loadKey(
  { store, observe }: KeyContext,
  { name, algorithms }: (typeof kinds)[number],
  sealing: Sealing | undefined,
): Promise<ServerKey | undefined> {
  const pair = await generateKeyPair(algorithms[0], { extractable: true })
  const made = JSON.stringify(await exportJWK(pair.privateKey))
  const text = sealing ? `sealed:${sealing.tools.seal(made, sealing.key, name)}` : made
  const kept = await store.settle(name, text)
  const opened = openKey(kept, name, sealing)
  const warn = (message: string) => observe({ kind: 'warning', about: 'encryption', message: `the ${name} ${message}` })
  if (opened === undefined) warn('cannot be opened: the sealing key it was sealed with is wanted')
  else if (sealing && opened === kept) warn('was made without a sealing key and is stored in clear')
  return opened === undefined ? undefined : parseServerKey(opened, algorithms)
}

function openKey(kept: string, name: string, sealing: Sealing | undefined): string | undefined {
  const [, sealed] = /^sealed:(.*)$/.exec(kept) ?? []
  return sealed === undefined ? kept : sealing?.tools.unseal(sealed, sealing.key, name)
}

async function parseServerKey(text: string, algorithms: readonly KeyAlgorithm[]): Promise<ServerKey> {
  const privateJwk = JSON.parse(text) as JWK
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...bare } = privateJwk
  const kid = await calculateJwkThumbprint(bare)
  const [only, ...others] = algorithms
  const alg = only !== undefined && others.length === 0 ? { alg: only } : {}
  return { kid, algorithms, privateJwk, publicJwk: { ...bare, kid, use: 'enc', ...alg } }
}
