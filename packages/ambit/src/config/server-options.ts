import type { SigningAlgorithm } from '@ambit/protocol'
import {
  argon2Passwords,
  nodeCrypto,
  nodeOutbound,
  type ServerOptions,
  type Signer,
  timeBasedCodes,
} from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { createPages } from '../pages/pages.ts'
import { systemClock } from '../serve/clock.ts'
import { type Config, issuerOf } from './config.ts'

/** What a configuration does not say of a server. */
export type ServerParts = Pick<ServerOptions, 'issuer' | 'store' | 'signer' | 'clock' | 'crypto' | 'observe'>

/** The options of the server that a configuration describes. */
export function serverOptions(config: Config, parts: ServerParts): ServerOptions {
  const { catalogue, resources, defaultResource, ttl, unknownScope, scopeHook, roles, grantable, statusList } = config
  const { sealingKey, idTokenAlgorithm } = config.keys
  return {
    ...parts,
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
    ...config.security,
    features: config.features,
    outbound: nodeOutbound(config.outbound),
    dangerouslyAllowImplicit: config.dangerouslyAllowImplicit,
    dangerouslyAllowPassword: config.dangerouslyAllowPassword,
    passwords: argon2Passwords(),
    ...(config.oneTimeCodes && sealingKey !== undefined && { oneTimeCodes: timeBasedCodes(sealingKey) }),
    pages: createPages(config.pages),
  }
}

/** The same, to be looked at and not run: no store is opened and no key made. */
export function plannedOptions(config: Config): ServerOptions {
  return serverOptions(config, {
    issuer: issuerOf(config),
    store: memoryStore(),
    signer: plannedSigner(declaredAlgorithms(config)),
    clock: systemClock(),
    crypto: nodeCrypto(),
    observe: () => {},
  })
}

/** The algorithms that a configuration asks keys for. */
export function declaredAlgorithms({ keys, resources, clients }: Config): readonly SigningAlgorithm[] {
  const wanted = [
    keys.idTokenAlgorithm,
    ...keys.algorithms,
    ...resources.map(each => each.algorithm),
    ...clients.map(each => each.idTokenAlgorithm),
  ]
  return [...new Set(wanted.filter(each => each !== undefined))]
}

function plannedSigner(algorithms: readonly SigningAlgorithm[]): Signer {
  return {
    algorithms,
    sign: () => {
      throw new Error('a server that is only planned signs nothing')
    },
    verifyOwn: async () => undefined,
    jwks: () => ({ keys: [] }),
  }
}
