// RFC 7515 §4.1.4; RFC 8725 §3.10
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal, unauthorized } from '../../judge/judge-refusal.ts'
import { type SigningKey, signJws } from '../../node/forge-jws.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import { changedJwt, type GoodJwt, goodJwt, ownKey, pairAlg } from './good-jwt.ts'
import { isJudgement, notApplicable, withTokenText } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** Tokens whose name of the key is a trap. */
export const kidCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-08',
    title: 'a token whose key has a malicious, strange or unknown name',
    why: 'The name of the key is input by a stranger. Where it is used as the name of a file or in a query, the stranger chooses the key; and where each unknown name makes the API fetch keys, a few calls overload the issuer.',
    remedy:
      'Compare the name with those of the fetched key set and nothing else, limit its length, and fetch again for unknown names at most every half minute.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 8725 §3.10', 'RFC 7515 §4.1.4', 'OWASP API4:2023'],
    tags: ['jwt', 'signature'],
  },
  [
    named('path to an empty file', '../../../../../../dev/null', ''),
    named('absolute path to an empty file', '/dev/null', ''),
    named('SQL', "' UNION SELECT 'tester' -- ", 'tester'),
    named('SQL with a number', "0' OR '1'='1", 'tester'),
    byOwnKey('very long', 'k'.repeat(4096)),
    byOwnKey('missing', undefined),
    byOwnKey('unknown', 'no-such-key'),
    byOwnKey('a list', ['no-such-key']),
    byOwnKey('an object', { $ne: null }),
    byOwnKey('member of every object', '__proto__'),
    { variant: 'twenty unknown names', isExclusive: true, run: judgeFetches },
  ],
)

/** Under this name a careless API finds a secret that anybody can guess. */
function named(variant: string, kid: string, secret: string): Trial {
  return renamed(variant, () => ({ header: { alg: 'HS256', kid }, key: { secret } }))
}

function byOwnKey(variant: string, kid: unknown): Trial {
  return renamed(variant, ({ alg: given }, { secrets }) => {
    const alg = pairAlg(given)
    return { header: { alg, kid }, key: ownKey(alg, secrets) }
  })
}

type Renamed = { readonly header: Readonly<Record<string, unknown>>; readonly key: SigningKey }

function renamed(variant: string, rename: (good: GoodJwt, context: ProbeContext) => Renamed): Trial {
  return changedJwt({
    variant,
    sent: `a token whose key has a strange name (${variant})`,
    wanted: { statuses: [401, 431] },
    change: (good, context) => {
      const { header, key } = rename(good, context)
      return signJws({ header: { ...good.jwt.header, ...header }, payload: good.jwt.payloadText, key })
    },
  })
}

const calls = 20
/** So often a careful API may look for a new key meanwhile. */
const mostFetches = 4

async function judgeFetches(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const good = await goodJwt(context, operation)
  if (isJudgement(good)) return good
  const keySet = context.testIssuer?.keySet
  if (keySet === undefined)
    return notApplicable('how often keys are fetched can be counted only where the tester serves the key set')
  const before = keySet.fetches()
  for (let call = 0; call < calls; call++) {
    const judgement = await sendUnknown(context, good, `unknown-${call}`)
    if (judgement.verdict !== 'pass') return judgement
  }
  const keyFetches = keySet.fetches() - before
  const figures = { keyFetches, calls }
  const reason = `${calls} tokens with unknown names of keys made the API fetch keys ${keyFetches} times`
  if (keyFetches <= mostFetches) return { verdict: 'pass', reason, figures }
  const wanted = `${reason}; at most ${mostFetches} are wanted`
  return {
    verdict: keyFetches >= calls ? 'fail' : 'warn',
    reason: wanted,
    complaint: 'fetches keys for each token',
    figures,
  }
}

async function sendUnknown(context: ProbeContext, good: GoodJwt, kid: string): Promise<Judgement> {
  const alg = pairAlg(good.alg)
  const header = { ...good.jwt.header, alg, kid }
  const text = signJws({ header, payload: good.jwt.payloadText, key: ownKey(alg, context.secrets) })
  const exchange = await context.send(withTokenText(context, good, text))
  return judgeRefusal(exchange, { ...unauthorized, sent: 'a token whose key has an unknown name' })
}
