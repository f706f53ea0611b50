import { type AdaptedGuard, keepAccess } from '../adapter.ts'
import { answer } from './answer.ts'
import { type NodeRequest, type NodeResponse, readNodeRequest } from './request.ts'

/** A request of Node, and the response to it. */
export type NodeExchange = { readonly incoming: NodeRequest; readonly outgoing: NodeResponse }

/** Lets a request through, or answers it. @returns whether the handler shall go on */
export async function admit<Wanted>(
  guard: AdaptedGuard<Wanted>,
  { incoming, outgoing }: NodeExchange,
  needs: Wanted,
): Promise<boolean> {
  const guarded = await guard(await readNodeRequest(incoming), needs)
  if (guarded.kind === 'refused') answer(outgoing, guarded.response)
  if (guarded.kind === 'refused' || outgoing.destroyed) return false
  keepAccess(incoming, guarded.access)
  for (const [name, value] of Object.entries(guarded.headers)) outgoing.setHeader(name, value)
  return true
}
