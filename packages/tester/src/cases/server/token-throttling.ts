// RFC 6749 §2.3.1
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { retryAfterOf } from '../../run/retry-after.ts'
import type { TestClient } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive, isJudgement } from '../resource/guarded-call.ts'
import type { ServerContext } from './server-trial.ts'
import { goodTokenRequest, serverOf, tokenRequest } from './token-grant.ts'
import { answerWords, finding, isBusy, isGiven, pass } from './token-refusal.ts'
import { secretClient, serverCase } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-TOK-08',
  title: 'twenty wrong secrets',
  why: 'Whoever may guess without end finds short secrets. And where wrong guesses lock the account, a stranger can shut out whoever is let in by it.',
  remedy: 'Slow down wrong secrets by 429 and `Retry-After`, by client and address, and go on taking the right one.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 6749 §2.3.1', 'OWASP API4:2023'],
  tags: ['token endpoint', 'client', 'throttling'],
}

const guesses = 20

/** AS-TOK-08: a flood of wrong secrets, and then the right one. */
export const secretThrottling: TestCase = serverCase(text, [
  {
    isExclusive: true,
    isLast: true,
    client: secretClient,
    hasControl: false,
    run: async (context, client) => {
      // codes are got before: the flood may close the way
      const good = await goodTokenRequest(context, client)
      if (isJudgement(good)) return good
      const first = await context.send(tokenRequest(context, client, good.pairs))
      if (!isGiven(first)) return inconclusive('the right secret was not taken even before', first)
      const again = await goodTokenRequest(context, client)
      if (isJudgement(again)) return again
      const flood = await sendWrong(context, client)
      const right = await tryRight(context, tokenRequest(context, client, again.pairs))
      await coolDown(context, flood)
      return judge(flood, right)
    },
  },
])

async function sendWrong(context: ServerContext, client: TestClient): Promise<readonly Exchange[]> {
  const { credential } = client
  const sent: Exchange[] = []
  for (let count = 0; count < guesses && 'secret' in credential; count++) {
    const secret = context.secrets.secret('client secret', `a-wrong-secret-that-opens-nothing-${1000 + count}`)
    const wrong: TestClient = { ...client, credential: { ...credential, secret } }
    sent.push(await context.send(tokenRequest(context, wrong, [['grant_type', 'client_credentials']]), { isRaw: true }))
  }
  return sent
}

type Right = { readonly exchange: Exchange; readonly waited: number }

/** The right secret at once, and once more after the time that the server asks for. */
async function tryRight(context: ServerContext, request: Parameters<ServerContext['send']>[0]): Promise<Right> {
  const exchange = await context.send(request, { isRaw: true })
  if (exchange.kind === 'failed' || !isBusy(exchange.response.status)) return { exchange, waited: 0 }
  const { patience = 120 } = serverOf(context)
  const wait = Math.min(retryAfterOf(exchange.response, context.now()) ?? 60_000, patience * 1000)
  await context.wait(wait)
  return { exchange: await context.send(request, { isRaw: true }), waited: Math.round(wait / 1000) }
}

/** Waits until wrong secrets are looked at again, so that other tests are not told to come back later. */
async function coolDown(context: ServerContext, flood: readonly Exchange[]): Promise<void> {
  const { patience = 120 } = serverOf(context)
  const waits = flood.flatMap(each =>
    each.kind === 'answered' && isSlowed(each) ? [retryAfterOf(each.response, context.now()) ?? 60_000] : [],
  )
  if (waits.length > 0) await context.wait(Math.min(Math.max(...waits) + 1000, patience * 1000))
}

function judge(flood: readonly Exchange[], { exchange, waited }: Right): Judgement {
  const slowed = flood.findIndex(isSlowed)
  const taken = flood.find(isGiven)
  if (taken !== undefined)
    return finding('fail', { reason: 'a wrong secret was accepted', complaint: 'accepted' }, taken)
  if (exchange.kind === 'failed')
    return inconclusive(`after the flood the server gave no answer: ${exchange.detail}`, exchange)
  const isSpent = !isGiven(exchange) && answerWords(exchange).includes('invalid_grant')
  if (!isGiven(exchange) && !isSpent) {
    const reason = `after ${guesses} wrong secrets the right one is refused (${answerWords(exchange)})${waited > 0 ? ` even ${waited} s later` : ''}: a stranger can shut the client out`
    return finding('fail', { reason, complaint: 'locked out by a stranger' }, exchange)
  }
  const figures = slowed === -1 ? {} : { guessesUntilSlowed: slowed + 1 }
  if (slowed === -1)
    return finding(
      'warn',
      { reason: `${guesses} wrong secrets in a row were all looked at`, complaint: 'no throttling' },
      ...flood.slice(-1),
    )
  const how = waited > 0 ? `was taken ${waited} s later` : 'was still taken at once'
  return { ...pass(`after ${slowed} wrong secrets the server slowed them down, and the right one ${how}`), figures }
}

function isSlowed(exchange: Exchange): boolean {
  return exchange.kind === 'answered' && isBusy(exchange.response.status)
}
