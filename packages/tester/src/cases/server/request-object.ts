// RFC 9101 §4, §5.1, §10
import type { ServerTarget, TestClient } from '../../target/target.ts'
import type { Pair } from '../../tokens/endpoint-request.ts'
import { textsIn } from '../../tokens/json-object.ts'
import { type ObjectChange, signRequest } from '../../tokens/signed-request.ts'
import { keyOf } from './client-assertion.ts'
import type { ServerContext } from './server-trial.ts'
import { serverOf } from './token-grant.ts'

/** Whether a server takes request objects, by its metadata. @spec RFC 9101 §10.5 */
export function takesRequestObjects({ metadata }: ServerTarget): boolean {
  return (
    metadata['request_parameter_supported'] === true ||
    metadata['require_signed_request_object'] === true ||
    (metadata['request_parameter_supported'] !== false &&
      textsIn(metadata, 'request_object_signing_alg_values_supported') !== undefined)
  )
}

/** Signs the parameters of a request, good but for the change. @spec RFC 9101 §4 */
export function requestObject(
  context: ServerContext,
  client: TestClient,
  pairs: readonly Pair[],
  change: ObjectChange = {},
): string {
  const parts = { server: serverOf(context), secrets: context.secrets, now: context.now }
  return signRequest(pairs, { clientId: client.clientId, own: keyOf(client), change }, parts)
}

/** The parameters with the response mode that the client needs. @spec JARM §2.3 */
export function withMode(pairs: readonly Pair[], { responseMode }: TestClient): readonly Pair[] {
  const isSaid = responseMode === undefined || pairs.some(([name]) => name === 'response_mode')
  return isSaid ? pairs : [...pairs, ['response_mode', responseMode]]
}
