import type { SigningAlgorithm } from '@ambit/protocol'
import {
  type AmbitServer,
  argon2Passwords,
  type Clock,
  type Crypto,
  createKeyRing,
  createServer,
  type KeyRing,
  nodeKeyTools,
  nodeOutbound,
  type Observe,
  type Store,
  timeBasedCodes,
} from '@ambit/server'
import type { Config } from '../config/config.ts'
import { createPages } from '../pages/pages.ts'

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
  const { issuer, store, clock, crypto, observe } = foundation
  const {
    catalogue,
    resources,
    defaultResource,
    ttl,
    unknownScope,
    scopeHook,
    roles,
    grantable,
    statusList,
    oneTimeCodes,
  } = config
  const { sealingKey, idTokenAlgorithm } = config.keys
  const keyRing = await openKeyRing(config, foundation)
  const server = createServer({
    issuer,
    catalogue,
    resources,
    ...(defaultResource !== undefined && { defaultResource }),
    ttl,
    idTokenAlgorithm,
    ...(unknownScope !== undefined && { unknownScope }),
    ...(scopeHook !== undefined && { scopeHook }),
    ...(roles !== undefined && { roles }),
    ...(grantable !== undefined && { grantable }),
    ...(statusList !== undefined && { statusList }),
    features: config.features,
    outbound: nodeOutbound(config.outbound),
    dangerouslyAllowImplicit: config.dangerouslyAllowImplicit,
    dangerouslyAllowPassword: config.dangerouslyAllowPassword,
    store,
    signer: keyRing,
    passwords: argon2Passwords(),
    ...(oneTimeCodes && sealingKey !== undefined && { oneTimeCodes: timeBasedCodes(sealingKey) }),
    clock,
    crypto,
    pages: createPages(config.pages),
    observe,
  })
  return { server, keyRing }
}

/** Opens the keys of a configuration, and makes those that are missing. */
export async function openKeyRing(
  config: Config,
  { store, clock, observe }: Pick<Foundation, 'store' | 'clock' | 'observe'>,
): Promise<KeyRing> {
  const { sealingKey, rotateEvery, announceFor, overlapFor } = config.keys
  return createKeyRing({
    store,
    clock,
    observe,
    tools: nodeKeyTools(),
    algorithms: await neededAlgorithms(config, store),
    schedule: { rotateEvery, announceFor, overlapFor },
    ...(sealingKey !== undefined && { sealingKey }),
  })
}

async function neededAlgorithms(config: Config, store: Store): Promise<readonly SigningAlgorithm[]> {
  const wanted = [
    config.keys.idTokenAlgorithm,
    ...config.keys.algorithms,
    ...config.resources.map(each => each.algorithm),
    ...config.clients.map(each => each.idTokenAlgorithm),
    ...(await store.listClients()).map(each => each.idTokenAlgorithm),
  ]
  return [...new Set(wanted.filter(each => each !== undefined))]
}
