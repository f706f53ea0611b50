/** Where every node says that the server is; the load comes to the nodes by their own ports. */
export const issuer = 'http://localhost:4000'
/** Where codes go; nobody listens there. */
export const redirectUri = 'https://app.example/callback'
/** The scope of everything. */
export const scope = 'read_pets'
/** The two resources: one takes JWT access tokens, the other opaque ones. */
export const resources = { jwt: 'https://pets.example/', opaque: 'https://orders.example/' } as const
/** The client that acts for itself, and asks what tokens are. */
export const machine = { client_id: 'machine', client_secret: 'the-secret-of-the-machine-of-the-test' } as const
/** The client that users let in. */
export const app = { client_id: 'app', client_secret: 'the-secret-of-the-app-of-the-test' } as const
/** The one user. */
export const user = { username: 'ada', password: 'correct horse battery staple' } as const
/** Within how many seconds a refresh token may be sent again, as the answer may have been lost. */
export const refreshGrace = 10
/** How long a code is good, in seconds. */
export const codeTtl = 300
const accessTokenTtl = 3600

const byPost = { authenticationMethod: 'client_secret_post' } as const

/** The configuration of every node. */
export const configuration = {
  issuer,
  log: { level: 'warn', format: 'json' },
  catalogue: { scopes: { [scope]: { title: 'See the pets' } } },
  resources: [
    { resource: resources.jwt, tokenFormat: 'jwt', accessTokenTtl },
    { resource: resources.opaque, tokenFormat: 'opaque', accessTokenTtl },
  ],
  clients: [
    {
      clientId: machine.client_id,
      secret: machine.client_secret,
      ...byPost,
      scope: [scope],
      introspects: [resources.jwt, resources.opaque],
    },
    {
      clientId: app.client_id,
      secret: app.client_secret,
      ...byPost,
      redirectUris: [redirectUri],
      scope: ['openid', 'offline_access', scope],
    },
  ],
  users: [user],
  ttl: { code: codeTtl, refreshGrace },
} as const
