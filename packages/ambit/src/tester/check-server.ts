// RFC 7591 §2
import type { ClientCredential, KnownHolder, TestClient, TestUser } from '@ambit/tester'
import { join, type Place } from '../config/fields.ts'
import { type KeyNames, readKeyPair } from './read-key.ts'
import { readSecret, type SecretPlace, type SecretReader } from './secret-text.ts'
import type { ShapedClient, ShapedUser } from './test-shape.ts'

const basic = 'client_secret_basic'

/** Completes a client, its secrets read. */
export function checkClient(shaped: ShapedClient, place: Place, reader: SecretReader): TestClient | undefined {
  const credential = credentialOf(shaped, place, reader)
  const { clientId, name = clientId, redirectUris = [], grantTypes, scope, mayIntrospect = false } = shaped
  const { binding, signsRequests, responseMode } = shaped
  if (signsRequests === true && credential !== undefined && !('key' in credential))
    place.report(join(place.path, 'signsRequests'), 'wants a client with a `key`')
  if (credential === undefined) return undefined
  const usual = redirectUris.length > 0 ? ['authorization_code', 'refresh_token'] : ['client_credentials']
  return {
    name,
    clientId,
    credential,
    redirectUris,
    grantTypes: grantTypes ?? usual,
    ...(scope && { scope }),
    mayIntrospect,
    ...(binding && { binding }),
    ...(signsRequests !== undefined && { signsRequests }),
    ...(responseMode && { responseMode }),
  }
}

function credentialOf(shaped: ShapedClient, place: Place, reader: SecretReader): ClientCredential | undefined {
  const method = shaped.method ?? usualMethod(shaped)
  const wants = wantedBy(method)
  for (const name of ['secret', 'key', 'certificate'] as const)
    if (name !== wants && shaped[name] !== undefined)
      place.report(join(place.path, name), `means nothing with the method \`${method}\``)
  if (wants !== undefined && shaped[wants] === undefined) {
    place.report(join(place.path, wants), `is missing; the method \`${method}\` wants it`)
    return undefined
  }
  if (method === 'none') return { method }
  if (method === 'private_key_jwt') return keyCredential(shaped, place, reader)
  if (method === 'tls_client_auth' || method === 'self_signed_tls_client_auth')
    return certificateCredential(method, shaped, { place, reader })
  const at = { ...place, path: join(place.path, 'secret') }
  const secret = shaped.secret && readSecret('client secret', shaped.secret, { at, reader })
  return secret && { method, secret }
}

function usualMethod({ secret, key, certificate }: ShapedClient): ClientCredential['method'] {
  if (secret !== undefined) return basic
  if (key !== undefined) return 'private_key_jwt'
  return certificate === undefined ? 'none' : 'tls_client_auth'
}

function wantedBy(method: ClientCredential['method']): 'secret' | 'key' | 'certificate' | undefined {
  if (method === 'none') return undefined
  if (method === 'private_key_jwt') return 'key'
  return method.startsWith('client_secret') ? 'secret' : 'certificate'
}

function keyCredential({ key, kid }: ShapedClient, place: Place, reader: SecretReader): ClientCredential | undefined {
  const at = { ...place, path: join(place.path, 'key') }
  const pair = key && checkKey(key, { kid }, { at, reader })
  return pair && { method: 'private_key_jwt', key: pair }
}

type Reading = { readonly at: Place; readonly reader: SecretReader }

/** Reads a private key; `undefined` where a problem was reported. */
export function checkKey(from: SecretPlace, names: KeyNames, { at, reader }: Reading) {
  const text = readSecret('private key', from, { at, reader })
  if (text === undefined) return undefined
  const pair = readKeyPair(text, names, reader.secrets)
  if (pair === undefined) at.report(at.path, 'a private key is wanted, as JWK or PEM')
  return pair
}

type Certified = { readonly place: Place; readonly reader: SecretReader }

function certificateCredential(
  method: 'tls_client_auth' | 'self_signed_tls_client_auth',
  { certificate: given }: ShapedClient,
  { place, reader }: Certified,
): ClientCredential | undefined {
  if (given === undefined) return undefined
  const at = (name: string) => ({ ...place, path: join(join(place.path, 'certificate'), name) })
  const publicReader = { ...reader, mayBePlain: true }
  const certificate = readSecret('certificate', given.certificate, { at: at('certificate'), reader: publicReader })
  const privateKey = readSecret('private key', given.privateKey, { at: at('privateKey'), reader })
  if (certificate === undefined || privateKey === undefined) return undefined
  return { method, certificate: { certificate: certificate.reveal(), privateKey: privateKey.reveal() } }
}

/** Completes a user, the password read. */
export function checkUser(shaped: ShapedUser, place: Place, reader: SecretReader): TestUser | undefined {
  const { username, name = username, owns = {} } = shaped
  const at = { ...place, path: join(place.path, 'password') }
  const password = readSecret('password', shaped.password, { at, reader })
  return password && { name, username, password, owns }
}

type Lent = { readonly clients: readonly ShapedClient[]; readonly users: readonly ShapedUser[] }

/** What conditions read of those whose claims or facts are configured: of the first two users and the first two clients. */
export function holdersOf({ clients, users }: Lent): readonly KnownHolder[] {
  const machines = clients.filter(({ grantTypes, redirectUris = [] }) =>
    grantTypes === undefined ? redirectUris.length === 0 : grantTypes.includes('client_credentials'),
  )
  const named = ['first', 'second'] as const
  const ofUsers = named.flatMap((user, index) => known(users[index], { kind: 'user', user }))
  return [...ofUsers, ...named.flatMap((client, index) => known(machines[index], { kind: 'client', client }))]
}

function known(
  shaped: Pick<ShapedUser, 'claims' | 'facts'> | undefined,
  holder: KnownHolder['holder'],
): readonly KnownHolder[] {
  if (shaped?.claims === undefined && shaped?.facts === undefined) return []
  return [{ holder, claims: shaped.claims ?? {}, facts: shaped.facts ?? {} }]
}
