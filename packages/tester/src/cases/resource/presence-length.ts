// RFC 6585 §5; RFC 9110 §15.5.14
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { goodCall, isJudgement, withTokenText } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** Milliseconds within which a token that is much too long must be refused, beyond what another bad token takes. */
const longest = 2_000

/** A token that is much too long. */
export const lengthCase: TestCase = caseOnGuards(
  {
    id: 'RS-TOK-08',
    title: 'a token that is much too long',
    why: 'What takes long to refuse can be sent often: a few callers without a good token keep the API busy for everybody.',
    remedy: 'Limit the length of headers (8 to 16 kB are usual) and of tokens before anything is decoded.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 6585 §5', 'OWASP API4:2023'],
    tags: ['token', 'presence', 'load'],
  },
  [
    long('64 kB behind a good token', text => text + 'A'.repeat(64 * 1024)),
    long('a token of 100 kB', () => 'A'.repeat(100 * 1024)),
  ],
)

function long(variant: string, lengthen: (text: string) => string): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const good = await goodCall(context, operation)
      if (isJudgement(good)) return good
      const usual = await context.send(withTokenText(context, good, 'garbage'))
      const text = lengthen(good.token.accessToken.reveal())
      return judgeLength(await context.send(withTokenText(context, good, text)), usual, variant)
    },
  }
}

function judgeLength(exchange: Exchange, usual: Exchange, sent: string): Judgement {
  const evidence = [usual, exchange]
  if (exchange.kind === 'failed' && exchange.failure === 'timeout' && usual.kind === 'answered')
    return {
      verdict: 'warn',
      reason: `${sent} got no answer; it should be refused within 2 seconds`,
      complaint: 'slow',
      evidence,
    }
  const judgement = judgeRefusal(exchange, { statuses: [401, 431, 413, 400], sent, mayClose: true })
  if (judgement.verdict !== 'pass' || exchange.duration <= usual.duration + longest) return judgement
  const [seconds, others] = [exchange, usual].map(({ duration }) => (duration / 1000).toFixed(1))
  const reason = `${sent} was refused after ${seconds} seconds, another bad token after ${others}; less than 2 more are wanted`
  return { verdict: 'warn', reason, complaint: 'slow', evidence }
}
