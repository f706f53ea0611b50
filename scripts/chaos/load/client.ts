// RFC 6749 §3.2, RFC 7009, RFC 7662
import type { Balancer, Sender } from '../balancer.ts'
import { app, machine } from '../installation.ts'
import type { Journal } from '../journal.ts'
import type { Ledger } from '../ledger.ts'
import type { Random } from '../random.ts'
import type { Outcome } from '../send.ts'

/** What every lane of the load works with. */
export type Load = {
  readonly balancer: Balancer
  readonly journal: Journal
  readonly ledger: Ledger
  readonly random: Random
  /** `Cookie` fields of browsers in which the user is logged in. */
  readonly sessions: readonly string[]
  /** Whether the load is over. */
  readonly isOver: () => boolean
}

/** One round of a lane's work. */
export type Lane = () => Promise<void>

/** What a client learns of a request to the token endpoint. `unknown`: it may have been done or not. */
export type TokenOutcome =
  | { readonly kind: 'issued'; readonly node: string; readonly accessToken: string; readonly refreshToken?: string }
  | { readonly kind: 'refused'; readonly node: string; readonly error: string }
  | { readonly kind: 'unknown'; readonly node: string; readonly retryAfter: number }

/** Sends a request to the token endpoint as the app, or as another client. */
export async function askToken(
  sender: Sender,
  form: Readonly<Record<string, string>>,
  node?: string,
): Promise<TokenOutcome> {
  const outcome = await sender.send({ method: 'POST', target: '/token', form: { ...app, ...form } }, node)
  if (outcome.kind === 'silence' || outcome.status >= 500)
    return { kind: 'unknown', node: outcome.node, retryAfter: retryAfterOf(outcome) }
  const { access_token: accessToken, refresh_token: refreshToken, error } = membersOf(outcome)
  if (outcome.status !== 200 || typeof accessToken !== 'string')
    return { kind: 'refused', node: outcome.node, error: `${outcome.status} ${String(error)}` }
  return {
    kind: 'issued',
    node: outcome.node,
    accessToken,
    ...(typeof refreshToken === 'string' && { refreshToken }),
  }
}

/** Asks what a token is; `undefined` where that is not answered. */
export async function isActive(sender: Sender, token: string, node?: string): Promise<boolean | undefined> {
  const outcome = await sender.send({ method: 'POST', target: '/introspect', form: { ...machine, token } }, node)
  if (outcome.kind === 'silence' || outcome.status !== 200) return undefined
  return membersOf(outcome)['active'] === true
}

/** Revokes a token; answers whether that is certain. */
export async function revoke(
  sender: Sender,
  token: string,
  client: Readonly<Record<string, string>>,
): Promise<boolean> {
  const outcome = await sender.send({ method: 'POST', target: '/revoke', form: { ...client, token } })
  return outcome.kind === 'answer' && outcome.status === 200
}

/** The members of a JSON answer; none where it is something else. */
export function membersOf(outcome: Outcome): Readonly<Record<string, unknown>> {
  if (outcome.kind === 'silence' || !/^application\/(\S+\+)?json\b/.test(outcome.headers['content-type'] ?? ''))
    return {}
  const value: unknown = JSON.parse(outcome.body)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** After how many milliseconds it is worth asking again. */
function retryAfterOf(outcome: Outcome): number {
  const named = outcome.kind === 'answer' ? Number(outcome.headers['retry-after'] ?? 0) : 0
  return Math.min(named || 0.1, 2) * 1000
}
