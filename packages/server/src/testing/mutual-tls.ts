// RFC 8705
import type { HttpRequest, HttpResponse } from '@ambit/protocol'
import { type MutualTlsOptions, mutualTls } from '../features/mutual-tls/mutual-tls.ts'
import type { ClientRecord } from '../ports/records.ts'
import { type AmbitServer, createServer } from '../server.ts'
import { type CertificateParts, makeCertificate, type TestCertificate } from './certificates.ts'
import { testClient } from './clients.ts'
import { request } from './requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from './world.ts'

/** An authority whose certificates are trusted to name clients. */
const authority = makeCertificate({ subject: [[['CN', 'Clients CA']]], isAuthority: true })

/** A certificate of that authority. */
export function issued(parts: CertificateParts = {}): TestCertificate {
  return makeCertificate({ signedBy: authority, ...parts })
}

/** The connection that a request came by: with a certificate that leads to a trusted authority, with any other, or with none. */
export type Connection = Pick<HttpRequest, 'peerCertificate' | 'isPeerCertificateTrusted'>

/** A connection whose certificate leads to a trusted authority. */
export function trusted({ der }: TestCertificate): Connection {
  return { peerCertificate: der, isPeerCertificateTrusted: true }
}

/** A connection whose certificate nobody that is trusted has signed. */
export function untrusted({ der }: TestCertificate): Connection {
  return { peerCertificate: der, isPeerCertificateTrusted: false }
}

/** A client that authenticates by a certificate of the authority; the subject `CN=client` unless the metadata says another. */
export function certifiedClient(overrides: Partial<ClientRecord> = {}): ClientRecord {
  return testClient({
    name: 'certified',
    authenticationMethod: 'tls_client_auth',
    secretHashes: [],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    metadata: { tls_client_auth_subject_dn: 'CN=client' },
    ...overrides,
  })
}

/** A server with mutual TLS in a test world. */
export type MutualTlsWorld = {
  readonly world: TestWorld
  readonly server: AmbitServer
  /** Sends a form to a path, by a connection. */
  readonly post: (path: string, form: Form, connection?: Connection) => Promise<HttpResponse>
  /** Asks for a token of the client's own. */
  readonly ask: (connection?: Connection, form?: Form) => Promise<HttpResponse>
}

type Form = Readonly<Record<string, string | undefined>>

/** Starts a server with mutual TLS, and clients beside those of every test world. */
export async function openMutualTls(
  clients: readonly ClientRecord[],
  { features = [], ...overrides }: WorldOverrides = {},
  options: MutualTlsOptions | 'off' = {},
): Promise<MutualTlsWorld> {
  const own = options === 'off' ? [] : [mutualTls(options)]
  const world = await testWorld({ ...overrides, clients, features: [...own, ...features] })
  const server = createServer(world.options)
  const post = (path: string, form: Form, connection: Connection = {}) =>
    server.handle(request({ path: server.context.basePath + path, form, ...connection }))
  const ask = (connection?: Connection, form: Form = {}) =>
    post('/token', { grant_type: 'client_credentials', client_id: clients[0]?.clientId, ...form }, connection)
  return { world, server, post, ask }
}
