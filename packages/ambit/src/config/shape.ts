import { type GrantableScope, profileNames, type ScopeHook } from '@ambit/server'
import type { WordChanges } from '../pages/words/wordbook.ts'
import { featuresField } from './feature-row.ts'
import { featureTable } from './feature-table.ts'
import {
  anyObject,
  type Field,
  field,
  flag,
  isObject,
  listOf,
  listWithGaps,
  mapOf,
  object,
  oneOf,
  secretWhere,
  span,
  text,
  textWhere,
  type ValueOf,
  whole,
} from './fields.ts'
import { storeField } from './store-shape.ts'
import {
  algorithm,
  authenticationMethod,
  clientId,
  isKeyOf32Bytes,
  issuer,
  network,
  origin,
  publicJwks,
  redirectUri,
  resourceUri,
  scopeTokens,
  webUrl,
} from './values.ts'

const port = whole(0, 65_535)
const fieldName = textWhere('the name of a header field', value => /^[A-Za-z0-9-]+$/.test(value))

const resource = object(
  {
    resource: resourceUri,
    name: text,
    tokenFormat: oneOf('jwt', 'opaque'),
    accessTokenTtl: span,
    algorithm,
  },
  ['resource'],
)

/** A client as it is declared. */
export const client = object(
  {
    clientId,
    name: text,
    uri: webUrl,
    applicationType: oneOf('web', 'native'),
    authenticationMethod,
    secret: secretWhere('a secret of 16 to 512 visible ASCII characters', value => /^[\x20-\x7e]{16,512}$/.test(value)),
    secretEnv: text,
    secretHash: secretWhere('the SHA-256 of the secret in base64url (43 characters)', isKeyOf32Bytes),
    jwks: publicJwks,
    jwksUri: webUrl,
    redirectUris: listOf(redirectUri),
    postLogoutRedirectUris: listOf(redirectUri),
    grantTypes: listOf(text),
    responseTypes: listOf(text),
    scope: scopeTokens,
    defaultScope: scopeTokens,
    mandatoryScope: scopeTokens,
    introspects: listOf(resourceUri),
    subjectType: oneOf('public', 'pairwise'),
    sectorIdentifier: text,
    idTokenAlgorithm: algorithm,
    accessTokenTtl: span,
    requiredAcr: text,
    metadata: anyObject,
    dangerouslyAcceptNonceInsteadOfPkce: flag,
    dangerouslyAllowImplicit: flag,
    dangerouslyAllowPassword: flag,
  },
  ['clientId', 'scope'],
)

/** A user as they are declared. */
const user = object(
  {
    username: text,
    userId: text,
    password: secretWhere('a password of 1 to 1,024 bytes', isPassword),
    passwordEnv: text,
    passwordHash: secretWhere('a PHC string (`$argon2id$…`)', value => value.startsWith('$argon2id$v=19$')),
    claims: anyObject,
    scope: scopeTokens,
    roles: listOf(text),
  },
  ['username'],
)

const ttl = object({
  code: whole(1, 600),
  accessToken: span,
  idToken: span,
  refreshIdle: span,
  refreshAbsolute: span,
  refreshGrace: whole(0, 300),
  sessionIdle: span,
  sessionAbsolute: span,
  interaction: span,
  grant: span,
})

const keys = object({
  algorithms: listOf(algorithm),
  idTokenAlgorithm: algorithm,
  rotateEvery: whole(60, Number.MAX_SAFE_INTEGER),
  announceFor: whole(0, Number.MAX_SAFE_INTEGER),
  overlapFor: whole(0, Number.MAX_SAFE_INTEGER),
  sealingKey: secretWhere('32 random bytes in base64url (43 characters; `ambit key seal` makes them)', isKeyOf32Bytes),
})

const words = field(
  'an object of texts by name, for each language',
  (value): value is WordChanges => isObject(value) && Object.values(value).every(isTexts),
)

const brand = object({ name: text, helpUri: webUrl, privacyUri: webUrl, termsUri: webUrl }, ['name'])

const pages = object({ words, brand })

const log = object({
  level: oneOf('silent', 'error', 'warn', 'info', 'debug'),
  format: oneOf('auto', 'json', 'pretty'),
})

const manyWorkers = whole(1, 64)
const workers: Field<number | 'auto'> = {
  wanted: `\`auto\` or ${manyWorkers.wanted}`,
  parse: (value, place) => (value === 'auto' ? value : manyWorkers.parse(value, place)),
}

const scopeHook = field('a function', (value): value is ScopeHook => typeof value === 'function')
const grantable = field('a function', (value): value is GrantableScope => typeof value === 'function')

/** The shape of a whole configuration, before anything is compared with anything else. */
export const shape = object(
  {
    issuer,
    port,
    host: text,
    store: storeField,
    workers,
    catalogue: anyObject,
    resources: listWithGaps(resource),
    defaultResource: resourceUri,
    clients: listWithGaps(client),
    users: listWithGaps(user),
    ttl,
    keys,
    unknownScope: oneOf('refuse', 'ignore'),
    scopeHook,
    roles: mapOf(scopeTokens),
    grantable,
    statusList: object({ window: whole(2, 86_400) }, ['window']),
    profile: oneOf(...profileNames),
    clientAuthenticationMethods: listOf(authenticationMethod),
    assertionAudience: oneOf('issuer', 'endpoint'),
    acceptedAlgorithms: listOf(algorithm),
    requireSenderConstraint: flag,
    refreshTokens: oneOf('rotated', 'kept'),
    features: featuresField(featureTable),
    outbound: object({ dangerouslyAllow: listOf(origin) }),
    oneTimeCodes: flag,
    pages,
    log,
    trustedProxies: listOf(network),
    tls: object({ cert: text, key: text, requestCert: flag, ca: text, port }, ['cert', 'key']),
    certificateField: object({ header: fieldName, verifiedHeader: fieldName, isVerified: flag }, ['header']),
    metricsPort: port,
    metricsHost: text,
    dangerouslyAllowImplicit: flag,
    dangerouslyAllowPassword: flag,
  },
  ['catalogue'],
)

/** A configuration of the right shape. */
export type Shaped = ValueOf<typeof shape>

/** A resource of the right shape. */
export type ShapedResource = ValueOf<typeof resource>

/** A client of the right shape. */
export type ShapedClient = ValueOf<typeof client>

/** A user of the right shape. */
export type ShapedUser = ValueOf<typeof user>

function isPassword(value: string): boolean {
  const { length } = new TextEncoder().encode(value)
  return length >= 1 && length <= 1024
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every(each => typeof each === 'string')
}
