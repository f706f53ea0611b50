// RFC 9126
import { refuse, type Seconds, seconds } from '@ambit/protocol'
import { booleanField, metadataOf } from '../../client/metadata-field.ts'
import type { Feature, RequestRule } from '../../feature.ts'
import type { OptionsProblem } from '../../options-error.ts'
import { resolvePushedRequest } from './pushed-request.ts'
import { pushedRequestEndpoint } from './pushed-request-endpoint.ts'

/** How requests are pushed. */
export type PushedRequestsOptions = {
  /** Whether every authorization request must be pushed, of whatever client. @spec RFC 9126 §5 */
  readonly required?: boolean
  /** How long a pushed request waits for its user; 60 seconds when absent, at most 600. @spec RFC 9126 §2.2 */
  readonly ttl?: Seconds
}

/** The name of the feature, and of the source of the requests that were pushed. */
const pushedRequestsName = 'pushedRequests'

/** Whether a client must push its requests. @spec RFC 9126 §6 */
const requirePushedRequests = booleanField('require_pushed_authorization_requests')

const ttls = { usual: seconds(60), longest: 600 } as const

/**
 * Lets clients send authorization requests to the server itself, and the browser only carries a reference to them.
 * @spec RFC 9126
 * @example
 * createServer({ ...options, features: [pushedRequests({ required: true })] })
 */
export function pushedRequests({ required = false, ttl = ttls.usual }: PushedRequestsOptions = {}): Feature {
  return {
    name: pushedRequestsName,
    endpoints: [pushedRequestEndpoint({ source: pushedRequestsName, ttl })],
    clientMetadata: [requirePushedRequests],
    requestSources: [
      {
        name: pushedRequestsName,
        resolve: (context, _exchange, parameters) => resolvePushedRequest(context, parameters),
      },
    ],
    requestRules: [requirePushing(required)],
    metadata: () => ({ require_pushed_authorization_requests: required }),
    findProblems: () => findTtlProblems(ttl),
    settings: { ttl },
  }
}

/** @spec RFC 9126 §5, §6 */
function requirePushing(isRequired: boolean): RequestRule {
  return (_context, { client, by }) => {
    const isPushed = by.includes(pushedRequestsName)
    if (isRequired && !isPushed)
      return refuse('invalid_request', 'authorization requests must be pushed to this server')
    if (metadataOf(client, requirePushedRequests) === true && !isPushed)
      return refuse('invalid_request', 'this client is registered to push its authorization requests')
    return undefined
  }
}

function findTtlProblems(ttl: number): readonly OptionsProblem[] {
  if (Number.isSafeInteger(ttl) && ttl >= 1 && ttl <= ttls.longest) return []
  return [
    { path: 'features.pushedRequests.ttl', message: `a whole number of seconds from 1 to ${ttls.longest} is wanted` },
  ]
}
