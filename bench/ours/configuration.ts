import type { ConfigDeclaration } from 'ambit'
import { accessTokenTtl, app, machine, offline, redirectUri, resources, scope, user } from '../registration.ts'

const features: NonNullable<ConfigDeclaration['features']> = {
  dpop: true,
  mutualTls: true,
  pushedRequests: true,
  requestObjects: true,
  jwtResponses: true,
  introspectionJwt: true,
  encryption: true,
  clientSecretJwt: true,
  authorizationDetails: {
    types: { payment: { title: 'Make a payment', fields: { to: { kind: 'text', label: 'To' } } } },
  },
  grantManagement: true,
  deviceFlow: true,
  backchannelAuthentication: true,
  tokenExchange: { policies: [{ client: machine.id, audience: resources.jwt, mode: 'delegation' }] },
  registration: { access: 'open', policy: { scope: [scope] } },
  clientDocuments: true,
  backchannelLogout: true,
  globalRevocation: { clients: [machine.id] },
  protectedResources: true,
}

const ofGrantManagement = {
  grant_management_query: { title: 'Look at grants', grantTypes: ['client_credentials'] },
  grant_management_revoke: { title: 'End grants', grantTypes: ['client_credentials'] },
} as const

/** What a server with client certificates is told of the proxy in front of it. */
const proxy = { certificateField: { header: 'client-cert', isVerified: true }, trustedProxies: ['192.0.2.1'] } as const

const byPost = { authenticationMethod: 'client_secret_post' } as const

/** Ambit set up for the work of the bench; `everything`: with all features, so that what they cost the plain flows can be seen. */
export function configure(store: string, isEverything: boolean): ConfigDeclaration {
  return {
    port: 0,
    store,
    catalogue: { scopes: { [scope]: { title: 'Read' }, ...(isEverything && ofGrantManagement) } },
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
    ...(isEverything && { features, ...proxy, keys: { sealingKey: 'k'.repeat(43) } }),
  }
}
