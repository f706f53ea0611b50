// RFC 6749 §4.1.2
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { codeClient, withClient } from './server-case.ts'
import { obtainGoodCode, redemptionOf } from './server-flow.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'
import { serverOf } from './token-grant.ts'
import { judgeError } from './token-refusal.ts'

/** Seconds that a code may live, and what it is if it lives longer. */
const limits = [
  { variant: 'after a minute', seconds: 61, late: 'warn' },
  { variant: 'after ten minutes', seconds: 601, late: 'fail' },
] as const

/** Seconds that one test waits where nobody said more. */
const usualPatience = 120

/** How long codes are good. */
export const codeLifetimeCase: TestCase = caseOnServer(
  {
    id: 'AS-COD-03',
    title: 'a code that is old',
    why: 'A code is redeemed at once. The longer it lives, the longer one from a log or a history can be used.',
    remedy: 'Let codes live for a minute, and for ten minutes at the very most.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 6749 §4.1.2', 'OWASP ASVS 5.0 §10.4.3'],
    tags: ['token endpoint', 'code', 'lifetime'],
  },
  server =>
    limits.map(limit =>
      withClient(server, {
        variant: limit.variant,
        client: codeClient,
        run: (context, client) => tryLate(context, client, limit),
      }),
    ),
)

async function tryLate(
  context: ServerContext,
  client: TestClient,
  { seconds, late }: (typeof limits)[number],
): Promise<Judgement> {
  const { patience = usualPatience } = serverOf(context)
  const wait = seconds <= patience ? seconds : limits[0].seconds
  if (wait > patience) return inconclusive(`it would take ${seconds} s, and one test may wait for ${patience} s`)
  const good = await obtainGoodCode(context, client)
  if (good.kind === 'failed') return inconclusive(`there was no code to try it with: ${good.reason}`)
  await context.wait(wait * 1000)
  const sent = `a code that is ${wait} seconds old`
  const judgement = judgeError(await context.send(redemptionOf(context, good)), { sent, errors: ['invalid_grant'] })
  if (judgement.verdict !== 'fail' || judgement.complaint !== 'accepted') return judgement
  if (wait < seconds)
    return inconclusive(
      `a code is good for more than ${wait} s; whether for more than ${seconds} s takes more time than one test may wait (${patience} s)`,
    )
  return { ...judgement, verdict: late }
}
