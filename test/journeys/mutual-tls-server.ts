import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConfigDeclaration, type RunningServer, startServer } from 'ambit'
import { makeCertificate, usages } from '../../packages/server/src/testing/certificates.ts'
import { type BrowserLike, openBrowser } from './browser-like.ts'
import { redirectUri } from './running-server.ts'

/** The certificate of the server. */
export const serverCertificate = makeCertificate({
  subject: [[['CN', 'localhost']]],
  dns: ['localhost'],
  usage: [usages.server],
})

/** The authority that names clients. */
const authority = makeCertificate({ subject: [[['O', 'Trust']], [['CN', 'Clients']]], isAuthority: true })

/** The certificates of the clients, and of nobody that the server knows. */
export const certificates = {
  bank: makeCertificate({ signedBy: authority, subject: [[['C', 'DE']], [['O', 'Bank AG']], [['CN', 'bank']]] }),
  device: makeCertificate({ subject: [[['CN', 'device']]] }),
  app: makeCertificate({ subject: [[['CN', 'app']]] }),
  stranger: makeCertificate({ signedBy: authority, subject: [[['CN', 'stranger']]] }),
} as const

/** The resource with JWT access tokens. */
export const pets = 'https://api.example/pets'

const scope = ['openid', 'email', 'offline_access', 'read_pets'] as const
const bound = { tls_client_certificate_bound_access_tokens: true }

/** A key with the certificate of it. @spec RFC 8705 §2.2.2 */
const deviceKey = { ...certificates.device.publicJwk, x5c: [Buffer.from(certificates.device.der).toString('base64')] }

const clients: NonNullable<ConfigDeclaration['clients']> = [
  {
    clientId: 'bank',
    authenticationMethod: 'tls_client_auth',
    redirectUris: [redirectUri],
    scope,
    metadata: { tls_client_auth_subject_dn: 'CN=bank,O=Bank AG,C=DE', ...bound },
  },
  {
    clientId: 'device',
    authenticationMethod: 'self_signed_tls_client_auth',
    jwks: { keys: [deviceKey] },
    introspects: [pets],
    scope: ['read_pets'],
    metadata: bound,
  },
  { clientId: 'app', redirectUris: [redirectUri], scope, metadata: bound },
]

/** A server, and the folder with its files. */
export type MutualTlsServer = RunningServer & {
  readonly folder: string
  readonly openBrowser: () => BrowserLike
}

/** A port that nobody has, at least a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts a server with mutual TLS; browsers go to its plain port, as if a proxy stood before it. */
export async function startMutualTls(config: Partial<ConfigDeclaration>): Promise<MutualTlsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-mtls-'))
  chmodSync(folder, 0o755)
  const files = {
    'server.pem': serverCertificate.cert,
    'server.key': serverCertificate.key,
    'clients.pem': authority.cert,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const server = await startServer(
    {
      port: 0,
      store: 'memory',
      log: { level: 'silent' },
      resources: [{ resource: pets, name: 'Pet store' }],
      catalogue: { scopes: { read_pets: { title: 'See pets', resource: pets } } },
      clients,
      users: [{ username: 'ada', password: 'a password of some length', claims: { email: 'ada@example.org' } }],
      ...config,
    },
    { directory: folder },
  )
  const close = async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  }
  return { ...server, folder, close, openBrowser: () => openBrowser(fetch, [server.origin]) }
}
