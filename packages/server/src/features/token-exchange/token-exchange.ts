// RFC 8693
import type { Feature } from '../../feature.ts'
import { exchangeGrant } from './exchange-grant.ts'
import { findPolicyProblems, type TokenExchangeOptions } from './exchange-policy.ts'

/**
 * Token exchange: an access token for a narrower one, for another audience or another client, by policy alone.
 * @spec RFC 8693 §2
 * @example
 * tokenExchange({ policies: [{ client: 'orders-api', audience: 'https://stock.example', mode: 'delegation', subjectAudience: ['https://orders.example'] }] })
 */
export function tokenExchange(options: TokenExchangeOptions): Feature {
  return {
    name: 'tokenExchange',
    grants: [exchangeGrant(options)],
    findProblems: server => findPolicyProblems(options, server),
  }
}
