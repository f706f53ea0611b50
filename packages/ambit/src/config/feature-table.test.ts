import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConfig } from './check-config.ts'
import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import { featureTable } from './feature-table.ts'

const catalogue = {
  scopes: { read_pets: {}, write_pets: {}, grant_management_query: {}, grant_management_revoke: {} },
}
const resources = [{ resource: 'https://api.example' }, { resource: 'https://stock.example' }]
const sealingKey = 'A'.repeat(43)
const app = { clientId: 'app', redirectUris: ['https://app.example/cb'], scope: ['openid', 'read_pets'] }
const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }] }
const trusted = {
  issuer: 'https://hr.example',
  jwks,
  clients: ['app'],
  subject: { claim: 'sub', is: 'username' },
  consent: 'remembered',
}

/** Where certificates come from, for those who want them. */
const certificateField = { header: 'client-cert', isVerified: true }
const trustedProxies = ['10.0.0.1']

/** What each feature cannot be without. */
const needed: Readonly<Record<keyof typeof featureTable, true | object>> = {
  dpop: true,
  mutualTls: true,
  pushedRequests: true,
  requestObjects: true,
  introspectionJwt: true,
  jwtResponses: true,
  authorizationDetails: {
    types: {
      payment: {
        title: { en: 'Make a payment', de: 'Eine Zahlung machen' },
        fields: {
          to: { kind: 'text', label: 'To' },
          sum: { kind: 'amount', label: 'Amount', currencies: ['EUR'], narrow: true },
          address: { kind: 'object', label: 'Address', fields: { city: { kind: 'text', label: 'City' } } },
        },
      },
    },
  },
  grantManagement: true,
  encryption: true,
  clientSecretJwt: true,
  deviceFlow: true,
  backchannelAuthentication: true,
  tokenExchange: { policies: [{ client: 'app', audience: 'https://stock.example', mode: 'delegation' }] },
  jwtBearer: { issuers: [trusted] },
  identityAssertion: { accept: [trusted] },
  registration: { access: 'open', policy: { scope: ['read_pets'] } },
  clientDocuments: true,
  backchannelLogout: true,
  globalRevocation: { clients: ['job'] },
  protectedResources: true,
}

type Raw = Readonly<Record<string, unknown>> & { readonly features?: object }

/** A field of certificates means nothing where nobody reads it. */
function proxy(raw: Raw): object {
  return raw.features && 'mutualTls' in raw.features ? { certificateField, trustedProxies } : {}
}

function read(raw: Raw): Config {
  return checkConfig({ catalogue, resources, ...proxy(raw), ...raw }, { environment: {}, directory: '/etc/ambit' })
}

function problemsOf(raw: Raw): string {
  try {
    read(raw)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  return 'none'
}

for (const [name, options] of Object.entries(needed))
  test(`the feature ${name} is switched on by its name, and has it`, () => {
    const { features } = read({ features: { [name]: options }, keys: { sealingKey } })
    assert.deepEqual(
      features.map(feature => feature.name),
      [name],
    )
    assert.deepEqual(read({ features: { [name]: false } }).features, [])
    assert.match(problemsOf({ features: { [name]: { nothing: 1 } }, keys: { sealingKey } }), /nothing: unknown key/)
  })

test('all features together go together', () => {
  const { features } = read({ features: needed, keys: { sealingKey } })
  assert.deepEqual(
    features.map(({ name }) => name),
    Object.keys(featureTable),
  )
})

const wrong: readonly (readonly [string, object, RegExp])[] = [
  ['a lifetime that is none', { pushedRequests: { ttl: 0 } }, /features\.pushedRequests\.ttl: a whole number/],
  ['a lifetime that is too long', { pushedRequests: { ttl: 601 } }, /features\.pushedRequests\.ttl: a whole number/],
  ['an algorithm that is none', { dpop: { algorithms: ['HS256'] } }, /features\.dpop\.algorithms\[0\]/],
  ['clocks that may differ too much', { dpop: { clockSkew: 61 } }, /features\.dpop\.clockSkew: 0 to `proofMaxAge`/],
  [
    'an alias without TLS',
    { mutualTls: { alias: 'http://as.example' } },
    /features\.mutualTls\.alias: an https origin/,
  ],
  ['a feature without another', { requestObjects: { encrypted: true } }, /features\.requestObjects: .*`encryption`/],
  ['no policies of exchange', { tokenExchange: true }, /features\.tokenExchange\.policies: is missing/],
  [
    'an audience that is no resource',
    { tokenExchange: { policies: [{ client: 'app', audience: 'https://x.example', mode: 'delegation' }] } },
    /features\.tokenExchange\.policies\[0\]\.audience: one of `resources`/,
  ],
  [
    'a registered ceiling that nobody knows',
    { registration: { access: 'open', policy: { scope: ['read_cats'] } } },
    /features\.registration\.policy\.scope: a scope of the catalogue/,
  ],
  [
    'a field of a detail that is of no kind',
    {
      authorizationDetails: { types: { payment: { title: 'Pay', fields: { sum: { kind: 'money', label: 'Sum' } } } } },
    },
    /types\.payment\.fields\.sum\.kind: `text` or `number`/,
  ],
  [
    'a field of a detail with a member of another kind',
    {
      authorizationDetails: {
        types: { payment: { title: 'Pay', fields: { to: { kind: 'text', label: 'To', currencies: ['EUR'] } } } },
      },
    },
    /fields\.to\.currencies: unknown key/,
  ],
  [
    'a field within a field that is nothing',
    {
      authorizationDetails: {
        types: { payment: { title: 'Pay', fields: { to: { kind: 'object', label: 'To', fields: { a: 1 } } } } },
      },
    },
    /fields\.to\.fields\.a\.kind: /,
  ],
  [
    'an issuer without keys',
    { jwtBearer: { issuers: [{ ...trusted, jwks: undefined }] } },
    /features\.jwtBearer\.issuers\[0\]\.jwks: one of `jwks` and `jwksUri`/,
  ],
  [
    'secrets without a key to seal them',
    { clientSecretJwt: true },
    /features\.clientSecretJwt: wants `keys\.sealingKey`/,
  ],
  [
    'pings without a key to seal with',
    { backchannelAuthentication: { modes: ['ping'] } },
    /features\.backchannelAuthentication\.sealing: /,
  ],
]

for (const [name, features, wanted] of wrong)
  test(`refused for features: ${name}`, () => assert.match(problemsOf({ features }), wanted))

test('a client of a mounted grant type and method is fine, and one that lacks what the feature wants is not', () => {
  const device = { ...app, grantTypes: ['urn:ietf:params:oauth:grant-type:device_code'] }
  assert.match(problemsOf({ clients: [device] }), /unknown grant type/)
  assert.equal(read({ clients: [device], features: { deviceFlow: true } }).clients.length, 1)
  const holder = { ...app, authenticationMethod: 'tls_client_auth' }
  assert.match(problemsOf({ clients: [holder], features: { mutualTls: true } }), /clients\[0\]/)
  const metadata = { tls_client_auth_subject_dn: 'CN=app' }
  assert.equal(read({ clients: [{ ...holder, metadata }], features: { mutualTls: true } }).clients.length, 1)
})

test('the secret of a client that signs with it is kept sealed, and must be long enough', () => {
  const signing = { ...app, authenticationMethod: 'client_secret_jwt', secret: 's'.repeat(32) }
  const around = { features: { clientSecretJwt: true }, keys: { sealingKey } }
  const [client] = read({ clients: [signing], ...around }).clients
  assert.ok(client?.sealedSecret)
  assert.ok(!JSON.stringify(client).includes('s'.repeat(32)))
  const short = problemsOf({ clients: [{ ...signing, secret: 's'.repeat(31) }], ...around })
  assert.match(short, /clients\[0\]\.secret: a secret that signs must have at least 32 bytes/)
  const { secret: _secret, ...hashed } = { ...signing, secretHash: 'x'.repeat(43) }
  assert.match(problemsOf({ clients: [hashed], ...around }), /secretHash: `client_secret_jwt` wants the secret itself/)
})
