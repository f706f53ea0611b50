// RFC 9449 §5, §7.1, RFC 8705 §3
import { type Confirmation, confirms, isRefusal, type Refusal, refuse } from '@ambit/protocol'
import type { Exchange, ServerContext } from './context.ts'
import type { ClientPossession, Possession, PossessionQuestion, SenderBinding, TokenPossession } from './feature.ts'
import type { ClientRecord } from './ports/records.ts'

/** What a request proves to hold, by all ways that are mounted. */
export type Proved = { readonly confirmation?: Confirmation | undefined; readonly headers?: Possession['headers'] }

const nothing: Proved = {}

/** Why a request does not prove what it says, or must. */
export type PossessionRefusal = Extract<Awaited<ReturnType<SenderBinding['prove']>>, Refusal>

/**
 * Finds out which keys a client's request proves to hold, and that those are proved that the client's tokens must be bound to.
 * @spec RFC 9449 §5, RFC 8705 §3
 * @errors invalid_request: a binding is required and nothing is proved; see the bindings
 */
export async function provePossession(
  context: ServerContext,
  exchange: Exchange,
  question: ClientPossession,
): Promise<Proved | PossessionRefusal> {
  const { senderBindings } = context.mounted
  if (senderBindings.length === 0) return nothing
  const proved = await proveBy(senderBindings, context, { exchange, question })
  if (isRefusal(proved) || question.place !== 'token') return proved
  return findUnbound(context, question.client, proved) ?? proved
}

/**
 * Finds out that a request proves all that its access token is bound to.
 * @spec RFC 9449 §7.1, RFC 8705 §3
 * @errors invalid_token: it does not; see the bindings
 */
export async function proveHolder(
  context: ServerContext,
  exchange: Exchange,
  question: TokenPossession,
): Promise<Proved | PossessionRefusal | Refusal<'invalid_token'>> {
  const { confirmation } = question
  const bindings = context.mounted.senderBindings.filter(({ member }) => confirmation[member] !== undefined)
  const proved = await proveBy(bindings, context, { exchange, question })
  if (isRefusal(proved)) return proved
  if (!confirms(proved.confirmation, confirmation))
    return refuse('invalid_token', 'the access token is bound to something that the request does not prove to hold')
  return proved
}

/** Whether no token of the client may be issued that is not bound. */
export function isBindingRequired(context: ServerContext, client: ClientRecord): boolean {
  const { requireSenderConstraint = false, mounted } = context
  return requireSenderConstraint || mounted.senderBindings.some(({ isRequired }) => isRequired?.(context, client))
}

async function proveBy(
  bindings: readonly SenderBinding[],
  context: ServerContext,
  asked: { readonly exchange: Exchange; readonly question: PossessionQuestion },
): Promise<Proved | PossessionRefusal> {
  let proved = nothing
  for (const binding of bindings) {
    const each = await binding.prove(context, asked.exchange, asked.question)
    if (isRefusal(each)) return each
    proved = join(proved, each)
  }
  return proved
}

function join(a: Proved, b: Possession): Proved {
  const confirmation = b.confirmation ? { ...a.confirmation, ...b.confirmation } : a.confirmation
  return { confirmation, headers: { ...a.headers, ...b.headers } }
}

/** @spec RFC 9449 §5.2, RFC 8705 §3.4 */
function findUnbound(
  context: ServerContext,
  client: ClientRecord,
  { confirmation }: Proved,
): Refusal<'invalid_request'> | undefined {
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
