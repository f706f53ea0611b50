// The options of features that are more than a line
import { type Seconds, seconds } from '@ambit/protocol'
import type { FindSubject, FindUser, NotifyUser, SubjectMapping } from '@ambit/server'
import { type Field, field, flag, listOf, mapOf, object, oneOf, span, text } from './fields.ts'
import { algorithm, authenticationMethod, publicJwks, resourceUri, scopeTokens, webUrl } from './values.ts'

/** A span in seconds, as the server takes it. */
export const ttl: Field<Seconds> = {
  wanted: span.wanted,
  parse: (value, place) => {
    const read = span.parse(value, place)
    return read === undefined ? undefined : seconds(read)
  },
}

/** One resource, or several. */
const audience: Field<string | readonly string[]> = {
  wanted: `${resourceUri.wanted}, or a list of them,`,
  parse: (value, place) =>
    Array.isArray(value) ? listOf(resourceUri).parse(value, place) : resourceUri.parse(value, place),
}

/** Who may exchange which tokens for which. @spec RFC 8693 §2.1 */
export const exchangePolicies = listOf(
  object(
    {
      client: text,
      audience,
      mode: oneOf('impersonation', 'delegation'),
      scope: scopeTokens,
      subjectAudience: listOf(resourceUri),
      actors: listOf(text),
      mayAct: text,
      requiresMayAct: flag,
      dangerouslyAcceptUnprovenSubject: flag,
    },
    ['client', 'audience', 'mode'],
  ),
)

const policy = {
  scope: scopeTokens,
  isWholeScope: flag,
  defaultScope: scopeTokens,
  mandatoryScope: scopeTokens,
  grantTypes: listOf(text),
  responseTypes: listOf(text),
  authenticationMethods: listOf(authenticationMethod),
  redirectHosts: listOf(text),
  accessTokenTtl: ttl,
} as const

/** What a client that registers itself may be. @spec RFC 7591 §1.2 */
export const registrationPolicy = object(policy, ['scope'])

/** What a client may be that its own document describes. */
export const documentPolicy = object(policy)

/** Whose software statements are believed. @spec RFC 7591 §2.3 */
export const softwareStatements = object(
  { issuers: listOf(object({ issuer: text, jwks: publicJwks }, ['issuer', 'jwks'])), isRequired: flag },
  ['issuers'],
)

/** An operator's own way to find out whom a client means. @spec OpenID Connect CIBA Core §7.1 */
export const findUser = field('a function', (value): value is FindUser => typeof value === 'function')

/** An operator's own way to tell a user that something waits for them. */
export const notify = field('a function', (value): value is NotifyUser => typeof value === 'function')

const findSubject = field('a function', (value): value is FindSubject => typeof value === 'function')
const mapping = object({ claim: text, is: oneOf('userId', 'username') }, ['claim', 'is'])

/** Which user an assertion means: by a claim, or by a function. */
const subject: Field<SubjectMapping | FindSubject> = {
  wanted: 'an object with `claim` and `is`, or a function,',
  parse: (value, place) =>
    typeof value === 'function' ? findSubject.parse(value, place) : mapping.parse(value, place),
}

const trustedIssuer = {
  issuer: text,
  jwks: publicJwks,
  jwksUri: webUrl,
  algorithms: listOf(algorithm),
  clients: listOf(text),
  subject,
  consent: oneOf('assertion', 'remembered'),
  scope: scopeTokens,
  lifetime: ttl,
  acr: mapOf(text),
} as const

const neededOfIssuer = ['issuer', 'clients', 'subject', 'consent'] as const

/** Whose identity assertions are taken. @spec ID-JAG §4.4 */
export const trustedIssuers = listOf(object(trustedIssuer, neededOfIssuer))

/** Whose assertions are taken as grants. @spec RFC 7523 §2.1 */
export const assertionIssuers = listOf(object({ ...trustedIssuer, acceptsTokenEndpoint: flag }, neededOfIssuer))

/** For whom identity assertions are made. @spec ID-JAG §4.3 */
export const identityPolicies = listOf(
  object(
    {
      client: text,
      audience: text,
      clientId: text,
      relyingParty: text,
      scope: scopeTokens,
      defaultScope: scopeTokens,
      resources: listOf(resourceUri),
      claims: listOf(text),
      acr: text,
      ttl,
    },
    ['client', 'audience', 'clientId'],
  ),
)
