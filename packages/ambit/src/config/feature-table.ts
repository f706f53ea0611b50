import { deviceFlow, dpop, pushedRequests, registration, requestObjects, tokenExchange } from '@ambit/server'
import { type FeatureSettings, featureRow } from './feature-row.ts'
import { exchangePolicies, registrationPolicy, softwareStatements, ttl } from './feature-shapes.ts'
import { flag, listOf, mapOf, object, oneOf, span, whole } from './fields.ts'
import { algorithm, resourceUri } from './values.ts'

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
  deviceFlow: featureRow(
    object({ ttl: whole(30, 1800), interval: whole(1, 60), userCode: object({ length: whole(8, 16) }) }),
    deviceFlow,
  ),
  tokenExchange: featureRow(
    object({ policies: exchangePolicies, audiences: mapOf(resourceUri), mostActors: whole(1, 100) }, ['policies']),
    tokenExchange,
  ),
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
} as const

/** The member `features` of a configuration. */
export type FeaturesConfig = FeatureSettings<typeof featureTable>
