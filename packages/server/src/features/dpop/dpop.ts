// RFC 9449

import { booleanField, metadataOf } from '../../client/metadata-field.ts'
import type { Feature } from '../../feature.ts'
import { type DpopOptions, dpopRules, findRuleProblems } from './options.ts'
import { proveKey } from './prove.ts'

/** Whether a client always binds its tokens, so that none are issued to it without a proof. @spec RFC 9449 §5.2 */
const dpopBoundAccessTokens = booleanField('dpop_bound_access_tokens')

/**
 * Binds tokens to a key of the client's, which each request then proves to hold: at the token endpoint, where requests are
 * pushed, and at the userinfo endpoint.
 * @spec RFC 9449
 * @errors invalid_dpop_proof: see `proveKey`; use_dpop_nonce: no nonce of ours; invalid_request: a proof is required
 * @example
 * createServer({ ...options, features: [dpop({ nonce: 'always' })] })
 */
export function dpop(options: DpopOptions = {}): Feature {
  const rules = dpopRules(options)
  return {
    name: 'dpop',
    clientMetadata: [dpopBoundAccessTokens],
    senderBindings: [
      {
        member: 'jkt',
        scheme: 'DPoP',
        challenge: { algs: rules.algorithms.join(' ') },
        prove: (context, exchange, question) => proveKey(rules, { context, exchange, question }),
        isRequired: (_context, client) => rules.isRequired || metadataOf(client, dpopBoundAccessTokens) === true,
      },
    ],
    metadata: () => ({ dpop_signing_alg_values_supported: rules.algorithms }),
    findProblems: () => findRuleProblems(rules),
    settings: { clockSkew: rules.clockSkew },
  }
}
