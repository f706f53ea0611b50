import type { SigningAlgorithm } from '@ambit/protocol'
import {
  type AmbitServer,
  type Clock,
  type Crypto,
  createKeyRing,
  createServer,
  eachClient,
  findClientProblems,
  type KeyRing,
  nodeKeyTools,
  type Observe,
  type Store,
} from '@ambit/server'
import type { Config } from '../config/config.ts'
import { declaredAlgorithms, serverOptions } from '../config/server-options.ts'

/** What a server stands on, beside its configuration. */
export type Foundation = {
  readonly issuer: string
  readonly store: Store
  readonly clock: Clock
  readonly crypto: Crypto
  readonly observe: Observe
}

/** A server and the keys behind it. */
export type Assembly = { readonly server: AmbitServer; readonly keyRing: KeyRing }

/** Puts a server together; what is declared in the configuration is stored by then. */
export async function assemble(config: Config, foundation: Foundation): Promise<Assembly> {
  const keyRing = await openKeyRing(config, foundation)
  return { server: createServer(serverOptions(config, { ...foundation, signer: keyRing })), keyRing }
}

/**
 * A server to be asked and not to serve: it verifies by the keys that are there, makes none and signs nothing.
 * What is declared in the configuration is not stored for it.
 */
export async function assembleToAsk(config: Config, foundation: Foundation): Promise<AmbitServer> {
  const { listKeys } = foundation.store
  const untouched = { listKeys, addKey: async () => false, deleteKey: async () => false }
  const ring = await createKeyRing({ ...keyOptions(config, foundation), store: untouched, algorithms: [] })
  const signer = {
    algorithms: await neededAlgorithms(config, foundation.store),
    sign: () => {
      throw new TypeError('a server that is only asked signs nothing')
    },
    verifyOwn: ring.verifyOwn.bind(ring),
    jwks: () => ring.jwks(),
  }
  return createServer(serverOptions(config, { ...foundation, signer }))
}

/** Opens the keys of a configuration, and makes those that are missing. */
export async function openKeyRing(config: Config, foundation: KeyFoundation): Promise<KeyRing> {
  const { store } = foundation
  return createKeyRing({ ...keyOptions(config, foundation), store, algorithms: await neededAlgorithms(config, store) })
}

type KeyFoundation = Pick<Foundation, 'store' | 'clock' | 'observe'>

function keyOptions({ keys }: Config, { clock, observe }: KeyFoundation) {
  const { sealingKey, rotateEvery, announceFor, overlapFor } = keys
  const schedule = { rotateEvery, announceFor, overlapFor }
  return { clock, observe, tools: nodeKeyTools(), schedule, ...(sealingKey !== undefined && { sealingKey }) }
}

/** A stored client that the profile forbids is not known to the server, so no key is there for it. */
async function neededAlgorithms(config: Config, store: Store): Promise<readonly SigningAlgorithm[]> {
  const { profile } = config.security
  const needed = new Set(declaredAlgorithms(config))
  for await (const client of eachClient(store))
    if (client.idTokenAlgorithm && (!profile || findClientProblems(profile, client).length === 0))
      needed.add(client.idTokenAlgorithm)
  return [...needed]
}
