// RFC 9110 §9.3.3, §10.2.2
import { isSuccess, statusOf } from '../judge/complaint.ts'
import type { ApiOperation } from '../target/api-operation.ts'
import type { ApiTarget } from '../target/target.ts'
import { parseJsonObject } from '../tokens/json-object.ts'
import { type Exchange, fieldValue } from '../wire/exchange.ts'
import { createOperationMatch } from './match-operation.ts'
import type { ProbeContext } from './probe-context.ts'

/** How what a call has made is deleted. */
export type Deletion = { readonly operation: ApiOperation; readonly target: string }

/** Finds what a successful call has made, by `Location` or by the `id` in the answer, and the operation that deletes it. */
export function deletionOf(exchange: Exchange, api: ApiTarget): Deletion | undefined {
  if (exchange.kind === 'failed' || exchange.request.method.toUpperCase() !== 'POST') return undefined
  const { request, response } = exchange
  if (response.status !== 200 && response.status !== 201) return undefined
  const match = createOperationMatch(api)
  const called = `${request.origin}${request.target}`
  const location = response.status === 201 ? fieldValue(response.headers, 'location') : undefined
  const id = parseJsonObject(response.body)?.['id']
  const named =
    typeof id === 'string' || typeof id === 'number' ? `${withoutQuery(called)}/${encodeURIComponent(id)}` : undefined
  for (const made of [location, named]) {
    const url = made === undefined ? null : URL.parse(made, called)
    if (url === null || url.origin !== api.origin) continue
    const operation = match({ method: 'DELETE', origin: api.origin, target: url.pathname })
    if (operation !== undefined) return { operation, target: url.pathname }
  }
  return undefined
}

/** Deletes it, with a token for just that. @throws where it cannot be deleted; what is gone already is fine */
export async function deleteMade(
  { operation, target }: Deletion,
  api: ApiTarget,
  context: ProbeContext,
): Promise<void> {
  const { resource } = operation
  const scope = context.leastScope(operation)
  const outcome = await context.tokens.token({ scope, ...(resource === undefined ? {} : { resource }) })
  if (outcome.kind === 'unavailable') throw new Error(outcome.reason)
  const request = { method: 'DELETE', origin: api.origin, target, headers: api.headers }
  const exchange = await context.send(context.withToken(request, outcome.token))
  const [status] = statusOf(exchange)
  if (status === undefined) throw new Error('there was no answer')
  if (!isSuccess(status) && status !== 404 && status !== 410) throw new Error(`it was answered by ${status}`)
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/\/$/, '')
}
