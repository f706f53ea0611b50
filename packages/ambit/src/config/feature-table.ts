import {
  authorizationDetails,
  backchannelAuthentication,
  backchannelLogout,
  clientDocuments,
  clientSecretJwt,
  deviceFlow,
  dpop,
  encryption,
  globalRevocation,
  grantManagement,
  identityAssertion,
  introspectionJwt,
  jwtBearer,
  jwtResponses,
  mutualTls,
  protectedResources,
  pushedRequests,
  registration,
  requestObjects,
  tokenExchange,
} from '@ambit/server'
import { detailTypes } from './detail-shapes.ts'
import { type FeatureSettings, featureRow } from './feature-row.ts'
import {
  assertionIssuers,
  documentPolicy,
  exchangePolicies,
  findUser,
  identityPolicies,
  notify,
  registrationPolicy,
  softwareStatements,
  trustedIssuers,
  ttl,
} from './feature-shapes.ts'
import { flag, listOf, mapOf, object, oneOf, span, text, whole } from './fields.ts'
import { algorithm, origin, resourceUri } from './values.ts'

/** Every feature that a configuration can switch on: a further one is a row here. */
export const featureTable = {
  dpop: featureRow(
    object({
      nonce: oneOf('never', 'always'),
      proofMaxAge: whole(1, 300),
      clockSkew: whole(0, 300),
      algorithms: listOf(algorithm),
      required: flag,
    }),
    dpop,
  ),
  mutualTls: featureRow(
    object({
      methods: listOf(oneOf('tls_client_auth', 'self_signed_tls_client_auth')),
      required: flag,
      alias: origin,
    }),
    mutualTls,
  ),
  pushedRequests: featureRow(object({ required: flag, ttl }), pushedRequests),
  requestObjects: featureRow(
    object({
      required: flag,
      algorithms: listOf(algorithm),
      lifetime: ttl,
      requireNotBefore: flag,
      singleUse: flag,
      references: flag,
      encrypted: flag,
    }),
    requestObjects,
  ),
  introspectionJwt: featureRow(object({ algorithm, required: flag }), introspectionJwt),
  jwtResponses: featureRow(object({ required: flag, lifetime: ttl }), jwtResponses),
  authorizationDetails: featureRow(object({ types: detailTypes }, ['types']), authorizationDetails),
  grantManagement: featureRow(object({ required: flag }), grantManagement),
  encryption: featureRow(object({}), (_options, { sealing }) => encryption(sealing ? { sealing } : {})),
  clientSecretJwt: featureRow(object({}), (_options, { sealing, report }) => {
    if (!sealing) report('', 'wants `keys.sealingKey` or AMBIT_KEY, which seals the secrets')
    return sealing && clientSecretJwt({ sealing })
  }),
  deviceFlow: featureRow(
    object({ ttl: whole(30, 1800), interval: whole(1, 60), userCode: object({ length: whole(8, 16) }) }),
    deviceFlow,
  ),
  backchannelAuthentication: featureRow(
    object({
      ttl: whole(30, 1800),
      interval: whole(1, 60),
      modes: listOf(oneOf('poll', 'ping')),
      requireBindingMessage: flag,
      signedRequests: listOf(algorithm),
      findUser,
      notify,
    }),
    (options, { sealing }) => backchannelAuthentication({ ...options, ...(sealing && { sealing }) }),
  ),
  tokenExchange: featureRow(
    object({ policies: exchangePolicies, audiences: mapOf(resourceUri), mostActors: whole(1, 100) }, ['policies']),
    tokenExchange,
  ),
  jwtBearer: featureRow(object({ issuers: assertionIssuers }, ['issuers']), jwtBearer),
  identityAssertion: featureRow(object({ issue: identityPolicies, accept: trustedIssuers }), identityAssertion),
  registration: featureRow(
    object(
      {
        access: oneOf('open', 'initial_token'),
        policy: registrationPolicy,
        limits: object({ perNetwork: span, clients: span, unusedTtl: ttl }),
        management: flag,
        softwareStatements,
      },
      ['access', 'policy'],
    ),
    registration,
  ),
  clientDocuments: featureRow(
    object({
      policy: documentPolicy,
      hosts: listOf(text),
      limits: object({ perHost: span, overall: span }),
    }),
    clientDocuments,
  ),
  globalRevocation: featureRow(object({ clients: listOf(text) }, ['clients']), globalRevocation),
  protectedResources: featureRow(object({}), protectedResources),
  backchannelLogout: featureRow(object({ retryAfter: listOf(whole(10, 86_400)) }), backchannelLogout),
} as const

/** The member `features` of a configuration. */
export type FeaturesConfig = FeatureSettings<typeof featureTable>
