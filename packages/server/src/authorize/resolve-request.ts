// RFC 9101 §5, RFC 9126 §4
import { isRefusal, type Parameters, type Refusal } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import type { RequestSource, ResolvedRequest } from '../feature.ts'
import type { RequestClient } from './request-client.ts'

/** A refusal of what stands for a request. */
export type ResolveRefusal = Extract<Awaited<ReturnType<RequestSource['resolve']>>, Refusal>

/** The request that parameters stand for; they themselves where they refer to no other. @spec RFC 9101 §5 */
export async function resolveRequest(
  context: ServerContext,
  exchange: Pick<Exchange, 'requestId'>,
  parameters: Parameters,
): Promise<ResolvedRequest | ResolveRefusal> {
  for (const source of context.mounted.requestSources) {
    const resolved = await source.resolve(context, exchange, parameters)
    if (resolved !== undefined) return resolved
  }
  return { kind: 'resolved', parameters, by: [] }
}

/** The first rule of a feature that a request breaks by the way it came or by what it lacks. */
export async function findBrokenRule(
  context: ServerContext,
  request: ResolvedRequest & Pick<RequestClient, 'client'>,
): Promise<ResolveRefusal | undefined> {
  for (const rule of context.mounted.requestRules) {
    const refusal = await rule(context, request)
    if (isRefusal(refusal)) return refusal
  }
  return undefined
}
