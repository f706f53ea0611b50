import { type ConfigDeclaration, startServer } from 'ambit'
import { announce } from '../listening.ts'
import { accessTokenTtl, app, machine, offline, redirectUri, resources, scope, user } from '../registration.ts'

const path = process.argv[2]
if (path === undefined) throw new Error('the path of the store is missing')

/** `everything`: with all features, so that what they cost the plain flows can be seen. */
const isEverything = process.argv[3] === 'everything'

const features: NonNullable<ConfigDeclaration['features']> = {
  dpop: true,
  pushedRequests: true,
  requestObjects: true,
  jwtResponses: true,
  deviceFlow: true,
  tokenExchange: { policies: [] },
  registration: { access: 'open', policy: { scope: [scope] } },
}

const byPost = { authenticationMethod: 'client_secret_post' } as const

const server = await startServer({
  port: 0,
  store: path,
  catalogue: { scopes: { [scope]: { title: 'Read' } } },
  resources: [
    { resource: resources.jwt, tokenFormat: 'jwt', accessTokenTtl },
    { resource: resources.opaque, tokenFormat: 'opaque', accessTokenTtl },
  ],
  clients: [
    { clientId: machine.id, secret: machine.secret, ...byPost, scope: [scope], introspects: [resources.opaque] },
    {
      clientId: app.id,
      secret: app.secret,
      ...byPost,
      redirectUris: [redirectUri],
      grantTypes: ['authorization_code'],
      scope: ['openid', scope],
    },
    { clientId: offline.id, secret: offline.secret, ...byPost, redirectUris: [redirectUri], scope: [scope] },
  ],
  users: [{ username: user.name, password: user.password }],
  ...(isEverything && { features }),
})
announce(server.issuer)
process.once('SIGTERM', () => void server.close().finally(() => process.exit(0)))
