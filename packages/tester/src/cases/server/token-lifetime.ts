// RFC 6749 §5.1
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { numberIn, textIn } from '../../tokens/json-object.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive, isJudgement } from '../resource/guarded-call.ts'
import { introspectionOf } from './introspection-ask.ts'
import type { ServerContext } from './server-trial.ts'
import { accessClaims, goodTokenRequest, readGrant, tokenRequest } from './token-grant.ts'
import { answerOf, finding, pass } from './token-refusal.ts'
import { anyClient as client, serverCase } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-TOK-04',
  title: 'type and lifetime of access tokens',
  why: 'A stolen token is good until it expires. A client that is told a wrong lifetime asks too late or uses tokens that are dead.',
  remedy: 'Send `token_type` and an `expires_in` that is true, and let access tokens live for minutes: 15 at most.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 6749 §5.1', 'RFC 9700 §4.9'],
  tags: ['token endpoint', 'lifetime'],
}

/** Seconds: what is good, and what is far too long. */
const longest = 900
const absurd = 86_400

/** AS-TOK-04: what the answer says about the token, and whether it is true. */
export const tokenLifetime: TestCase = serverCase(text, [
  {
    variant: 'token_type',
    client,
    hasControl: false,
    run: async (context, found) => {
      const exchange = await askFor(context, found)
      if (isJudgement(exchange)) return exchange
      const type = textIn(answerOf(exchange) ?? {}, 'token_type')
      if (type !== undefined && /^(bearer|dpop)$/i.test(type)) return pass(`the answer says \`${type}\``, exchange)
      const reason =
        type === undefined
          ? 'the answer has no `token_type`'
          : `the answer says the type \`${type}\`, which nobody knows`
      return finding('fail', { reason, complaint: 'no `token_type`' }, exchange)
    },
  },
  {
    variant: 'expires_in',
    client,
    hasControl: false,
    run: async (context, found) => {
      const exchange = await askFor(context, found)
      if (isJudgement(exchange)) return exchange
      const said = numberIn(answerOf(exchange) ?? {}, 'expires_in')
      if (said === undefined)
        return finding(
          'warn',
          { reason: 'the answer does not say how long the token is good', complaint: 'no `expires_in`' },
          exchange,
        )
      const granted = readGrant(context, exchange, { client: found, asked: [] })
      if (isJudgement(granted)) return granted
      const claims =
        accessClaims(context, granted) ?? (await introspectionOf(context, granted.tokens.accessToken, found))?.answer
      return judgeTruth(said, claims, { exchange, now: context.now() })
    },
  },
])

async function askFor(context: ServerContext, found: TestClient): Promise<Exchange | Judgement> {
  const good = await goodTokenRequest(context, found)
  if (isJudgement(good)) return good
  const exchange = await context.send(tokenRequest(context, found, good.pairs))
  return exchange.kind === 'answered' && exchange.response.status === 200
    ? exchange
    : inconclusive('no token came whose answer could be looked at', exchange)
}

type Answer = { readonly exchange: Exchange; readonly now: number }

function judgeTruth(
  said: number,
  claims: Readonly<Record<string, unknown>> | undefined,
  { exchange, now }: Answer,
): Judgement {
  const expiresAt = claims === undefined ? undefined : numberIn(claims, 'exp')
  const really = expiresAt === undefined ? undefined : expiresAt - Math.floor(now / 1000)
  const figures = { lifetimeSeconds: said }
  // a minute for clocks that differ
  if (really !== undefined && Math.abs(really - said) > 60) {
    const reason = `the answer says that the token is good for ${said} s; the token says ${really} s`
    return { ...finding('fail', { reason, complaint: 'untrue `expires_in`' }, exchange), figures }
  }
  const lifetime = Math.max(said, really ?? 0)
  if (lifetime > longest) {
    const reason = `access tokens are good for ${Math.round(lifetime / 60)} minutes; 15 are enough where there are refresh tokens`
    return {
      ...finding(lifetime > absurd ? 'fail' : 'warn', { reason, complaint: 'excessive lifetime' }, exchange),
      figures,
    }
  }
  return {
    ...pass(
      `access tokens are good for ${said} s${really === undefined ? '' : ', as the token itself says'}`,
      exchange,
    ),
    figures,
  }
}
