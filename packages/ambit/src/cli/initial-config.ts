/** The hashes that stand in a new configuration. */
export type InitialHashes = {
  readonly shopSecretHash: string
  readonly reportSecretHash: string
  readonly passwordHash: string
}

const beginning = `import { defineConfig } from 'ambit'

// Every member is described in docs/guide/configuration.md. A misspelt name or scope does not compile,
// and \`ambit serve\` tells all problems at once. \`ambit serve --print-config\` shows what is in force.
export default defineConfig({
  // The URL by which clients know this server. Anything but loopback wants https, which a proxy in front ends.
  issuer: 'http://localhost:4000',
  port: 4000,
  host: '127.0.0.1',

  // One SQLite file, beside this one. \`memory\` forgets everything when the server stops. For more than one machine:
  // DATABASE_URL, a PostgreSQL database, goes before it.
  store: 'ambit.db',

  // The APIs that tokens are issued for. A JWT can be checked without asking the server; an opaque token is
  // looked up, so that taking it back works at once.
  resources: [{ resource: 'https://api.example.com/pets', name: 'Pet store', tokenFormat: 'jwt' }],

  // Everything that can be asked for. The OpenID Connect scopes (openid, profile, email, address, phone,
  // offline_access) are there without being declared.
  catalogue: {
    scopes: {
      read_pets: {
        title: { en: 'See the pets', de: 'Die Tiere sehen' },
        resource: 'https://api.example.com/pets',
        // Granted where a request names no scope.
        default: true,
      },
      write_pets: {
        title: { en: 'Add and change pets', de: 'Tiere anlegen und ändern' },
        resource: 'https://api.example.com/pets',
        // Whoever may change pets may see them.
        implies: ['read_pets'],
        risk: 'sensitive',
      },
      wipe_pets: {
        title: { en: 'Delete all pets', de: 'Alle Tiere löschen' },
        resource: 'https://api.example.com/pets',
        risk: 'dangerous',
        // Only with a user who agreed, never by a machine alone.
        grantTypes: ['authorization_code', 'refresh_token'],
      },
    },
  },

`

/** The text of a configuration with a resource and its scopes, a web client, a machine client and a user. */
export function initialConfig({ shopSecretHash, reportSecretHash, passwordHash }: InitialHashes): string {
  return `${beginning}  clients: [
    {
      // A web app with a server of its own. \`scope\` is its ceiling: it may ask for less, never for more.
      clientId: 'shop',
      name: 'Pet shop',
      redirectUris: ['http://127.0.0.1:8000/callback'],
      postLogoutRedirectUris: ['http://127.0.0.1:8000/'],
      scope: ['openid', 'profile', 'email', 'offline_access', 'read_pets', 'write_pets'],
      // The SHA-256 of the secret. \`secretEnv: 'SHOP_SECRET'\` reads the secret itself from the environment.
      secretHash: '${shopSecretHash}',
    },
    {
      // A program that acts for itself, without a user.
      clientId: 'report',
      name: 'Nightly report',
      grantTypes: ['client_credentials'],
      scope: ['read_pets'],
      secretHash: '${reportSecretHash}',
    },
  ],

  users: [
    {
      username: 'demo',
      passwordHash: '${passwordHash}',
      claims: { name: 'Demo User', email: 'demo@example.com', email_verified: true },
    },
  ],

  // Spans in seconds; these are some of the defaults.
  ttl: { accessToken: 600, refreshIdle: 2_592_000, sessionIdle: 43_200 },

  // Private keys are sealed in the store when AMBIT_KEY is set; \`ambit key seal\` makes one.
  keys: { idTokenAlgorithm: 'ES256' },
})
`
}
