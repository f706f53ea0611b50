// The options of features that are more than a line
import { type Seconds, seconds } from '@ambit/protocol'
import { type Field, flag, listOf, object, oneOf, span, text } from './fields.ts'
import { authenticationMethod, publicJwks, resourceUri, scopeTokens } from './values.ts'

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

/** What a client that registers itself may be. @spec RFC 7591 §1.2 */
export const registrationPolicy = object(
  {
    scope: scopeTokens,
    defaultScope: scopeTokens,
    mandatoryScope: scopeTokens,
    grantTypes: listOf(text),
    responseTypes: listOf(text),
    authenticationMethods: listOf(authenticationMethod),
    redirectHosts: listOf(text),
    accessTokenTtl: ttl,
  },
  ['scope'],
)

/** Whose software statements are believed. @spec RFC 7591 §2.3 */
export const softwareStatements = object(
  { issuers: listOf(object({ issuer: text, jwks: publicJwks }, ['issuer', 'jwks'])), isRequired: flag },
  ['issuers'],
)
