// RFC 9126 §2.1
import type { TestClient } from '../target/target.ts'
import type { SentRequest } from '../wire/exchange.ts'
import type { Pair } from './endpoint-request.ts'

/**
 * The request that pushes parameters: the client's name stands in its form once, be it that the authentication brings it or
 * not. @spec RFC 9126 §2.1
 */
export function pushedForm(
  pairs: readonly Pair[],
  { clientId }: Pick<TestClient, 'clientId'>,
  make: (pairs: readonly Pair[]) => SentRequest,
): SentRequest {
  const others = pairs.filter(([name]) => name !== 'client_id')
  const request = make(others)
  return new URLSearchParams(request.body ?? '').has('client_id') ? request : make([...others, ['client_id', clientId]])
}
