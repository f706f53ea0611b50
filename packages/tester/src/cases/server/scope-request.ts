// RFC 6749 §3.3, §4.1.2.1, §5.1
import type { Judgement } from '../../catalogue/test-case.ts'
import { accepted } from '../../judge/complaint.ts'
import type { TestClient } from '../../target/target.ts'
import { scopeTokens } from '../../tokens/token-response.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { isJudgement } from '../resource/guarded-call.ts'
import { judgeFront } from './authorization-judge.ts'
import { authorizationRequest, type FrontOutcome, redemptionOf, visit } from './server-flow.ts'
import type { ServerContext } from './server-trial.ts'
import { askedByMachine, askedByUser, withPairs } from './token-ask.ts'
import { type Granted, listed, readGrant, serverOf, tokenRequest } from './token-grant.ts'
import { finding, judgeError, pass } from './token-refusal.ts'

/** A request for scope. */
export type Asking = {
  readonly client: TestClient
  /** As it goes on the wire; `undefined`: not at all. */
  readonly scope: string | undefined
  readonly isForClient: boolean
  /** More parameters, or others. */
  readonly change?: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** What came of it. */
export type ScopeAnswer =
  | { readonly kind: 'granted'; readonly granted: Granted }
  | { readonly kind: 'refused'; readonly client: TestClient; readonly outcome: FrontOutcome }
  | { readonly kind: 'error'; readonly exchange: Exchange }
  | { readonly kind: 'unclear'; readonly judgement: Judgement }

/** Asks for scope, for a user by code, or for the client itself. */
export async function askFrom(context: ServerContext, asking: Asking): Promise<ScopeAnswer> {
  const { client, scope, isForClient, change = {} } = asking
  const server = serverOf(context)
  const asked = scopeTokens(scope ?? '')
  if (isForClient) {
    const pairs = withPairs(askedByMachine(client, context.target, server), { ...change, scope })
    const exchange = await context.send(tokenRequest(context, client, [['grant_type', 'client_credentials'], ...pairs]))
    return read(context, exchange, { client, asked })
  }
  const usual = Object.fromEntries(askedByUser(client, context.target, server).filter(([name]) => name !== 'scope'))
  const { pairs, verifier, redirectUri } = await authorizationRequest(context, client, {
    ...usual,
    ...change,
    scope,
    // without `openid` some servers refuse it
    ...(asked.includes('openid') ? {} : { nonce: undefined }),
  })
  const outcome = await visit(context, client, pairs)
  const code = outcome.kind === 'redirected' ? outcome.parameters.get('code') : undefined
  if (code === undefined) return { kind: 'refused', client, outcome }
  const good = {
    kind: 'code',
    client,
    code: context.secrets.secret('authorization code', code),
    verifier,
    redirectUri,
  } as const
  const { resource = usual['resource'] } = change
  const request = redemptionOf(context, good, resource === undefined ? {} : { resource })
  return read(context, await context.send(request), { client, asked })
}

function read(
  context: ServerContext,
  exchange: Exchange,
  wish: { readonly client: TestClient; readonly asked: readonly string[] },
): ScopeAnswer {
  if (exchange.kind === 'answered' && exchange.response.status >= 400) return { kind: 'error', exchange }
  const granted = readGrant(context, exchange, wish)
  return isJudgement(granted) ? { kind: 'unclear', judgement: granted } : { kind: 'granted', granted }
}

/** What is right. */
export type WantedScope = {
  readonly sent: string
  /** What a token must not hold. */
  readonly forbidden: readonly string[]
  readonly asked: readonly string[]
  /** Whether only a refusal will do (a malformed value), and not a token of less. */
  readonly mustRefuse?: boolean
  /** The code that is right (default: `invalid_scope`). */
  readonly errors?: readonly [string, ...string[]]
}

/** Judges what came of a request for scope: a refusal, or a token of less whose answer tells so. @spec RFC 6749 §3.3 */
export function judgeScope(answer: ScopeAnswer, wanted: WantedScope): Judgement {
  const { sent, errors = ['invalid_scope'] } = wanted
  if (answer.kind === 'unclear') return answer.judgement
  if (answer.kind === 'error') return judgeError(answer.exchange, { sent, errors })
  if (answer.kind === 'refused') return judgeFront(answer.outcome, { sent, client: answer.client, errors })
  const { tokens, scope, exchange } = answer.granted
  const said = tokens.scope
  const given = [...new Set([...(said ?? []), ...inToken(answer.granted)])].filter(token =>
    wanted.forbidden.includes(token),
  )
  if (given.length > 0)
    return finding(
      'fail',
      { reason: `${sent} was given ${given.map(token => `\`${token}\``).join(', ')}`, complaint: accepted },
      exchange,
    )
  if (wanted.mustRefuse === true)
    return finding(
      'warn',
      { reason: `${sent} was answered with a token; \`${errors[0]}\` is wanted`, complaint: 'read loosely' },
      exchange,
    )
  // the answer may leave out `scope` only where it is what was asked for
  const isTold = said !== undefined && scope.every(token => said.includes(token))
  if (isTold) return pass(`${sent} was given ${listed(said)}, and the answer says so`, exchange)
  if (said !== undefined)
    return finding(
      'fail',
      { reason: `${sent} was answered with ${listed(said)}, and the token holds more`, complaint: 'untrue scope' },
      exchange,
    )
  const reason = `${sent} was answered with a token, and not with what it is good for`
  return finding('warn', { reason, complaint: 'scope not told' }, exchange)
}

/** What the token itself says, where it is another thing than what was asked for. */
function inToken({ scope, tokens }: Granted): readonly string[] {
  return tokens.scope === undefined && tokens.accessToken.reveal().split('.').length !== 3 ? [] : scope
}
