import type { Crypto, Feature } from '@ambit/server'
import type { Config, DeclaredClient, DeclaredUser } from '../config/config.ts'

/**
 * A hash of everything in a configuration that must be the same on every node: not of where it listens, logs and keeps its files,
 * and of no secret, since the hash of a weak one in the store would be a way to guess it. Of functions it only knows that they
 * are there.
 */
export function configHash(config: Config, issuer: string, crypto: Pick<Crypto, 'hash'>): string {
  const { clients, users, catalogue, keys, features, ...rest } = config
  const { sealingKey, ...schedule } = keys
  const { port: _port, host: _host, store: _store, workers: _workers, log: _log, tls: _tls, ...others } = rest
  const { trustedProxies: _proxies, certificateField: _field, metricsPort: _at, metricsHost: _on, ...same } = others
  const scopes = catalogue.names.map(name => ({ name, ...catalogue.definition(name) }))
  return crypto.hash(
    print({
      ...same,
      issuer,
      scopes,
      keys: { ...schedule, isSealed: sealingKey !== undefined },
      features: features.map(describeFeature),
      clients: byText(clients.map(describeClient)),
      users: byText(users.map(describeUser)),
    }),
  )
}

function describeFeature({ name, settings }: Feature): object {
  return { name, settings }
}

function describeClient({ secretHashes, sealedSecret, ...client }: DeclaredClient): object {
  return { ...client, secrets: secretHashes.length, isSecretSealed: sealedSecret !== undefined }
}

function describeUser({ credential, ...user }: DeclaredUser): object {
  return { ...user, credential: credential.kind }
}

function byText(values: readonly object[]): readonly string[] {
  return values.map(print).toSorted()
}

/** JSON whose members stand in the order of their names. */
function print(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member === 'function') return '(function)'
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
}
