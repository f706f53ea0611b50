// RFC 7517 §4.2, §4.4; RFC 8725 §3.1
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeAcceptance } from '../../judge/judge-refusal.ts'
import type { TokenChange } from '../../node/forge-token.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { IssuerKey, Target } from '../../target/target.ts'
import { forgedCall, forgedToken, startForging } from './forged-token.ts'
import { ownKey } from './good-jwt.ts'
import { inconclusive, isAccepted, isJudgement, isRedirect, notApplicable } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** Algorithms that the same key could do as well. */
const siblings: Readonly<Record<string, readonly string[]>> = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
}

/** A token that is signed by the right key with an algorithm that the key is not for. */
export const otherAlgorithmCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-10',
    title: 'the right key, used with an algorithm that it is not for',
    why: 'One key for two algorithms opens attacks that neither has alone, and shows that the token chooses how it is verified.',
    remedy:
      'Write `alg` into each published key, and let the API accept a list of algorithms that names only those in use.',
    severity: 'medium',
    level: 'L1',
    sources: ['RFC 8725 §3.1', 'RFC 7517 §4.4', 'OWASP ASVS 5.0 §9.1.2'],
    tags: ['jwt', 'signature'],
  },
  (_operation, _api, target) => {
    const trials = keysOf(target, 'signing').flatMap(otherAlgorithms)
    return trials.length > 0 ? trials : 'the keys of the test issuer can do one algorithm only'
  },
)

function otherAlgorithms({ kid, alg, key }: IssuerKey): readonly Trial[] {
  const others = (siblings[key.publicJwk.kty ?? ''] ?? []).filter(each => each !== alg)
  return others.map(other =>
    forgedToken({
      variant: other,
      sent: `a token signed by ${other} with a key for ${alg}`,
      change: { header: { alg: other, kid }, key },
      acceptedIs: key.publicJwk.alg === undefined ? 'warn' : 'fail',
    }),
  )
}

/** A token that is signed by a key of the set that is there for something else. */
export const otherKeyCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-11',
    title: 'a key of the key set that is not for signing access tokens',
    why: 'Keys for encryption or for other algorithms lie elsewhere and are kept less well. What they sign must not open the API.',
    remedy:
      'Choose the key by its name and also by `use` and `alg`: only a key for signing, with the algorithm that is expected.',
    severity: 'high',
    level: 'L1',
    sources: ['RFC 7517 §4.2', 'RFC 7517 §4.4', 'RFC 8725 §3.1'],
    tags: ['jwt', 'signature'],
  },
  (_operation, _api, target) => {
    const keys = [...keysOf(target, 'encryption'), ...keysOf(target, 'other_alg')]
    const trials = keys.map(({ kid, alg, role, key }) =>
      forgedToken({
        variant: role === 'encryption' ? 'a key for encryption' : 'a key for another algorithm',
        sent: `a token signed by a key of the issuer that is ${role === 'encryption' ? 'for encryption' : 'for another algorithm'}`,
        change: { header: { alg: signingAlg(key.publicJwk), kid }, key },
        // the set itself says that this key signs so; only a list of algorithms would keep it out
        acceptedIs: role === 'other_alg' && alg === signingAlg(key.publicJwk) ? 'warn' : 'fail',
      }),
    )
    return trials.length > 0 ? trials : 'the key set of the test issuer holds no key for anything else'
  },
)

/** What a key of this kind would sign by. @spec RFC 7518 §3.1 */
function signingAlg({ kty, crv }: JsonWebKey): string {
  if (kty === 'RSA') return 'RS256'
  if (kty === 'OKP') return 'EdDSA'
  return crv === 'P-384' ? 'ES384' : crv === 'P-521' ? 'ES512' : 'ES256'
}

function keysOf({ testIssuer }: Target, role: IssuerKey['role']): readonly IssuerKey[] {
  return testIssuer?.keys.filter(key => key.role === role) ?? []
}

/** Keys come and go. */
export const rotationCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-17',
    title: 'a key that was taken back, and a key that is new',
    why: 'A key is taken back because it may be stolen: an API that keeps it keeps the thief. One that does not see new keys turns everybody away.',
    remedy:
      'Fetch the key set again every few minutes and whenever a token names an unknown key, and forget keys that are not in it any more.',
    severity: 'high',
    level: 'L1',
    sources: ['RFC 7517 §5', 'OpenID Connect Core §10.1.1'],
    tags: ['jwt', 'signature', 'operations'],
  },
  (_operation, _api, target) => {
    const retired = keysOf(target, 'retired').map(retiredKey)
    const added = target.testIssuer?.keySet === undefined ? [] : [{ variant: 'a new key', run: judgeNewKey }]
    const trials = [...retired, ...added]
    return trials.length > 0
      ? trials
      : 'the test issuer has no key that was taken back, and its key set is not served by the tester'
  },
)

function retiredKey({ kid, alg, key }: IssuerKey): Trial {
  const change: TokenChange = { header: { alg, kid }, key }
  return forgedToken({ variant: 'a retired key', sent: 'a token signed by a key that was taken back', change })
}

/** Seconds between tries; five minutes together. */
const pauses = [0, 5, 10, 15, 30, 60, 60, 60, 60]

async function judgeNewKey(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const forging = await startForging(context, operation)
  if (isJudgement(forging)) return forging
  const { testIssuer } = forging
  if (testIssuer.keySet === undefined)
    return notApplicable('the key set of the test issuer is not served by the tester')
  const reference = await context.send(forgedCall(forging))
  if (!isAccepted(reference)) return inconclusive('a token signed by the old key is refused as well', reference)
  const [{ alg }] = testIssuer.keys
  const key = ownKey(alg, context.secrets)
  const kid = `new-${context.now()}`
  testIssuer.keySet.add({ kid, alg, publicJwk: key.publicJwk })
  let waited = 0
  for (const pause of pauses) {
    await context.wait(pause * 1000)
    waited += pause
    const exchange = await context.send(forgedCall(forging, { header: { kid }, key }))
    const judgement = judgeAcceptance(exchange, `a token signed by a key that is new, after ${waited} seconds,`)
    if (judgement.verdict !== 'fail' && !isRedirect(exchange))
      return { ...judgement, figures: { newKeySeconds: waited } }
  }
  return {
    verdict: 'fail',
    reason: 'a token signed by a new key is still refused after five minutes',
    complaint: 'new key unknown',
  }
}
