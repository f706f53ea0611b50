// RFC 7516 §4.1.3; RFC 7518 §4.6.1.1, §4.8.1.2; RFC 8725 §2.5, §3.4
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import { deflateBomb, invalidCurvePoint, slowPassword, tinyOrderPoint } from '../../node/strange-tokens.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { goodJwt } from './good-jwt.ts'
import { inconclusive, isAccepted, isJudgement, withTokenText } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** Encrypted tokens that cost whoever decrypts them. */
export const bombCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-15',
    title: 'an encrypted token that is expensive to open',
    why: 'A small token can unpack to gigabytes, or demand minutes of computing before anybody knows that it is bad. A few of them stop the API.',
    remedy:
      'Refuse encrypted tokens where none are issued; else limit what is unpacked and how many rounds a password may ask for.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 7516 §4.1.3', 'RFC 7518 §4.8.1.2', 'OWASP API4:2023'],
    tags: ['jwt', 'encryption', 'load'],
  },
  [
    expensive('compressed zeros', 'an encrypted token that unpacks to a thousand times its size', () => deflateBomb(4)),
    expensive('a billion rounds', 'an encrypted token whose password wants a billion rounds', () => slowPassword()),
  ],
)

/** Encrypted tokens with a key that lies outside of the curve. */
export const curveCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-16',
    title: 'an encrypted token with a point that is not on the curve',
    why: 'Who computes with such a point gives away the private key piece by piece, with each answer that differs from the others.',
    remedy:
      'Use a maintained library for encryption, keep it up to date, and refuse encrypted tokens where none are issued.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 8725 §2.5', 'RFC 8725 §3.4', 'RFC 7518 §4.6.1.1'],
    tags: ['jwt', 'encryption'],
  },
  [
    strange('outside of P-256', 'an encrypted token with a point outside of its curve', () => invalidCurvePoint()),
    strange('of tiny order', 'an encrypted token with a point of tiny order', () => tinyOrderPoint()),
  ],
)

function strange(variant: string, sent: string, make: () => string): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const good = await goodJwt(context, operation)
      if (isJudgement(good)) return good
      const exchange = await context.send(withTokenText(context, good, make()))
      return judgeRefusal(exchange, { statuses: [401], error: 'invalid_token', sent })
    },
  }
}

/** Milliseconds that a refusal may take, beyond what a call takes anyway. */
const longest = 1_000

function expensive(variant: string, sent: string, make: () => string): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const good = await goodJwt(context, operation)
      if (isJudgement(good)) return good
      const usual = await context.send(withTokenText(context, good, 'garbage'))
      if (usual.kind === 'failed') return inconclusive(`the API cannot be reached: ${usual.detail}`, usual)
      return judgeCost(await context.send(withTokenText(context, good, make())), usual, sent)
    },
  }
}

/** Judges by how long the exchange took, compared with that of a bad token that costs nothing. */
function judgeCost(exchange: Exchange, usual: Exchange, sent: string): Judgement {
  const evidence = [usual, exchange]
  const figures = { usualMilliseconds: Math.round(usual.duration), milliseconds: Math.round(exchange.duration) }
  const slow = (what: string): Judgement => ({
    verdict: 'fail',
    reason: `${sent} ${what}; another bad token took ${figures.usualMilliseconds} ms`,
    complaint: 'slow',
    evidence,
    figures,
  })
  if (exchange.kind === 'failed' && exchange.failure === 'timeout')
    return slow('kept the API busy until nobody waited any more')
  const isSlow = exchange.duration > usual.duration + longest
  if (isSlow && !isAccepted(exchange)) return slow(`was refused only after ${figures.milliseconds} ms`)
  const wanted = { statuses: [401, 431], error: 'invalid_token', sent, mayClose: true } as const
  return { ...judgeRefusal(exchange, wanted), figures }
}
