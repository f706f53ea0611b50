// RFC 9449 §5, RFC 8705 §3
import { type Confirmation, isRefusal, type Refusal, refuse } from '@ambit/protocol'
import type { Exchange, ServerContext } from './context.ts'
import type { Possession, PossessionQuestion, SenderBinding } from './feature.ts'

/** What a request proves to hold, by all ways that are mounted. */
export type Proved = { readonly confirmation?: Confirmation | undefined; readonly headers?: Possession['headers'] }

const nothing: Proved = {}

type PossessionRefusal = Extract<Awaited<ReturnType<SenderBinding['prove']>>, Refusal>

/**
 * Finds out which keys a request proves to hold, and that those are proved that its client's tokens must be bound to.
 * @spec RFC 9449 §5, RFC 8705 §3
 * @errors invalid_request: a binding is required and nothing is proved; see the bindings
 */
export async function provePossession(
  context: ServerContext,
  exchange: Exchange,
  question: PossessionQuestion,
): Promise<Proved | PossessionRefusal> {
  const { senderBindings } = context.mounted
  if (senderBindings.length === 0) return nothing
  let proved: Proved = nothing
  for (const binding of senderBindings) {
    const each = await binding.prove(context, exchange, question)
    if (isRefusal(each)) return each
    proved = { ...proved, ...join(proved, each) }
  }
  return question.place === 'token' ? (findUnbound(context, question, proved) ?? proved) : proved
}

function join(a: Proved, b: Possession): Proved {
  const confirmation = b.confirmation ? { ...a.confirmation, ...b.confirmation } : a.confirmation
  return { confirmation, headers: { ...a.headers, ...b.headers } }
}

/** @spec RFC 9449 §5.2, RFC 8705 §3.4 */
function findUnbound(
  context: ServerContext,
  { client }: PossessionQuestion,
  { confirmation }: Proved,
): Refusal<'invalid_request'> | undefined {
  if (client === undefined) return undefined
  for (const { member, isRequired } of context.mounted.senderBindings)
    if (isRequired?.(context, client) && confirmation?.[member] === undefined)
      return refuse('invalid_request', unboundWords[member])
  if (context.requireSenderConstraint && confirmation === undefined)
    return refuse('invalid_request', 'the request must prove possession of a key: tokens here are sender-constrained')
  return undefined
}

const unboundWords = {
  jkt: 'the tokens of this client are bound to a key: a `DPoP` header with a proof is wanted',
  'x5t#S256': 'the tokens of this client are bound to its certificate: a connection with mutual TLS is wanted',
} as const satisfies Readonly<Record<keyof Confirmation, string>>
