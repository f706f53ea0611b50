// RFC 8628 §3.4, OpenID Connect CIBA Core §10.1
import { type ErrorCodeAt, type Refusal, refuse, type Seconds } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import { issuanceOf } from '../../grants/authorization-code.ts'
import type { Grant, Issuance, TokenRequest } from '../../grants/grant.ts'
import { boundTo } from '../../grants/user-of.ts'
import type { FoundSpendable } from '../../ports/store.ts'
import { locateSecret, type SecretKind } from '../../secret.ts'
import { answerPoll, expired } from './poll.ts'
import { findPolledRequest } from './polled-request.ts'

/** What tells one grant that is polled for from another. */
export type PolledGrant = {
  readonly grantType: string
  /** The parameter that carries the secret, and what kind of secret that is. */
  readonly parameter: string
  readonly secretKind: SecretKind
  /** Of the tickets. */
  readonly kind: string
  /** The longest that a request lives. */
  readonly ttl: Seconds
}

/**
 * A grant that is redeemed with a secret for which the user was asked elsewhere.
 * @spec RFC 8628 §3.4, §3.5, OpenID Connect CIBA Core §10.1, §11
 * @errors invalid_request: no secret; invalid_grant: unknown, another client's, or used before; see `answerPoll`
 */
export function polledGrant(polled: PolledGrant): Grant {
  const { grantType, parameter, secretKind, kind } = polled
  return {
    grantType,
    async decide(context, request) {
      const presented = request.form.get(parameter)
      if (presented === undefined) return refuse('invalid_request', `\`${parameter}\` is missing`)
      const ref = locateSecret(context.crypto, secretKind, presented)
      if (!ref) return unknown(polled)
      const found = await context.store.findSpendable(ref, 'code')
      if (found) return redeem(context, request, { polled, found, presented })
      const waiting = await findPolledRequest(context.store, ref, kind)
      // one that was swept away is told from one that never was by the time at which it was made
      if (!waiting) return ref.locator + polled.ttl * 1000 < context.clock.millis() ? expired() : unknown(polled)
      if (waiting.ticket.clientId !== request.client.clientId) return unknown(polled, strangers)
      return answerPoll(context, waiting)
    },
  }
}

const strangers = 'it is another client’s'

function unknown({ parameter }: PolledGrant, reason = 'it is unknown'): Refusal<'invalid_grant'> {
  return refuse('invalid_grant', `the \`${parameter}\` is unknown, or was given to another client`, reason)
}

/** One that was spent is not judged by its age: the exchange must see it, since a replay ends the family. */
async function redeem(
  context: ServerContext,
  request: TokenRequest,
  redeemed: { readonly polled: PolledGrant; readonly found: FoundSpendable; readonly presented: string },
): Promise<Issuance | Refusal<ErrorCodeAt<'token'>>> {
  const { polled, found, presented } = redeemed
  const { record, spent } = found
  if (record.kind !== 'code' || record.clientId !== request.client.clientId) return unknown(polled, strangers)
  if (!spent && record.expiresAt <= request.now) return expired()
  const spends = { kind: 'code', ref: record.ref, presented, ...boundTo(record) } as const
  return issuanceOf(context, request, { grantType: polled.grantType, record, spends })
}
