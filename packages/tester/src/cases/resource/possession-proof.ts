// RFC 9449 §4.2, §4.3, §6, §7, §11.1
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import { ownKey } from './good-jwt.ts'
import { goodCall, inconclusive, isAccepted, isJudgement, withAuthorization } from './guarded-call.ts'
import { caseOnGuards } from './guarded-case.ts'
import {
  type BoundCall,
  badProof,
  changedProof,
  type ProofChange,
  proofFor,
  startBound,
  takenProof,
  urlOf,
  withProofs,
} from './possession-start.ts'

/** A bound token that is sent like an unbound one. */
export const asBearerCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-01',
    title: 'a token that is bound to a key, sent without its key',
    why: 'A token is bound to a key so that a thief cannot use it. Where it is taken without the key, the binding protects nothing.',
    remedy: 'Look for `cnf` in each token, also in those that come in the scheme Bearer, and refuse them there.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §7.2', 'OWASP ASVS 5.0 §10.3.5'],
    tags: ['dpop', 'possession'],
  },
  [{ run: judgeAsBearer }],
)

async function judgeAsBearer(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const bound = await startBound(context, operation)
  if (isJudgement(bound)) return bound.verdict === 'not_applicable' ? judgeIgnorance(context, operation, bound) : bound
  const request = withAuthorization(bound.call, `Bearer ${bound.token.accessToken.reveal()}`)
  return judgeRefusal(await context.send(request), {
    statuses: [401],
    sent: 'a token bound to a key, sent in the scheme Bearer,',
  })
}

/** An API that knows no binding, at a server that binds: its tokens are as good as unbound. */
async function judgeIgnorance(
  context: ProbeContext,
  operation: ApiOperation,
  otherwise: Judgement,
): Promise<Judgement> {
  const good = await goodCall(context, operation, { binding: 'dpop' })
  if (isJudgement(good) || good.token.dpopKey === undefined || good.token.from !== 'server') return otherwise
  const exchange = await context.send(withAuthorization(good.call, `Bearer ${good.token.accessToken.reveal()}`))
  if (!isAccepted(exchange)) return otherwise
  const reason = 'the API takes tokens that the server bound to a key, and knows nothing of their keys'
  return { verdict: 'warn', reason, complaint: 'binding unknown', evidence: [exchange] }
}

/** No proof, or more than one. */
export const oneProofCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-02',
    title: 'a token that is bound to a key, with no proof or with two',
    why: 'Without a proof anybody may send the token. With two, a gateway may check one and the API the other.',
    remedy: 'Demand exactly one `DPoP` header with each token in the scheme DPoP.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §4.3', 'RFC 9449 §7.1'],
    tags: ['dpop', 'possession'],
  },
  [
    badProof({
      variant: 'none',
      sent: 'a token bound to a key, without a proof,',
      request: bound => withProofs(bound),
    }),
    badProof({
      variant: 'two',
      sent: 'a token bound to a key, with two good proofs,',
      request: bound => withProofs(bound, proofFor(bound), proofFor(bound)),
    }),
    badProof({
      variant: 'a word',
      sent: 'a token bound to a key, with a word in place of the proof,',
      request: bound => withProofs(bound, 'garbage'),
    }),
  ],
)

/** A proof by somebody who does not hold the key. */
export const otherKeyProofCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-03',
    title: 'a proof by another key',
    why: 'A proof shows that the sender holds a key. If that need not be the key of the token, a thief makes a key of his own.',
    remedy:
      'Compare the thumbprint of the key in the proof with `cnf.jkt` of the token, and verify the proof by that key.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §4.3', 'RFC 9449 §6'],
    tags: ['dpop', 'possession'],
  },
  [
    changedProof('a proof of another key', 'a good proof of another key', bound => ({ key: strangeKey(bound) })),
    changedProof(
      'the right key named, another signs',
      'a proof that names the right key and is signed by another',
      bound => ({
        change: { key: strangeKey(bound) },
      }),
    ),
  ],
)

function strangeKey({ context }: BoundCall) {
  return ownKey('ES256', context.secrets)
}

const members: readonly (readonly [name: string, change: NonNullable<ProofChange['change']>])[] = [
  ['typ', { header: { typ: undefined } }],
  ['jwk', { header: { jwk: undefined } }],
  ['jti', { claims: { jti: undefined } }],
  ['htm', { claims: { htm: undefined } }],
  ['htu', { claims: { htu: undefined } }],
  ['iat', { claims: { iat: undefined } }],
  ['ath', { claims: { ath: undefined } }],
]

/** A proof that lacks something. */
export const missingMemberCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-04',
    title: 'a proof that lacks a member',
    why: 'Each member ties the proof to something: one call, one address, one moment, one token. What is missing ties it to nothing, and whoever sees the proof uses it elsewhere.',
    remedy: 'Demand `typ`, `jwk`, `jti`, `htm`, `htu`, `iat` and `ath` in each proof.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9449 §4.2', 'RFC 9449 §4.3'],
    tags: ['dpop', 'possession'],
  },
  members.map(([name, change]) => changedProof(`without ${name}`, `a proof without \`${name}\``, () => ({ change }))),
)

/** A proof for something else. */
export const otherCallCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-05',
    title: 'a proof that was made for another call',
    why: 'A proof travels through proxies and logs. If it need not be for this very call, whoever sees one uses it for others.',
    remedy:
      'Compare `htm` with the method, `htu` with the address without query and fragment, and `ath` with the hash of the token.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §4.3'],
    tags: ['dpop', 'possession'],
  },
  [
    changedProof('another method', 'a proof for another method', ({ call: { method } }) => ({
      method: method === 'POST' ? 'GET' : 'POST',
    })),
    changedProof('another host', 'a proof for another host', ({ call }) => ({
      url: `https://api.foreign.example${call.target}`,
    })),
    changedProof('another path', 'a proof for another path', ({ call: { origin, target } }) => ({
      url: `${origin}${target.replace(/[?#].*/s, '')}/other`,
    })),
    changedProof('another token', 'a proof for another token', () => ({
      change: { claims: { ath: 'A'.repeat(43) } },
    })),
    takenProof(
      'query and fragment in htu',
      'a proof whose address has a query and a fragment, which do not count,',
      ({ call }) => ({
        change: { claims: { htu: `${urlOf(call).replace(/[?#].*/s, '')}?a=b#c` } },
      }),
    ),
  ],
)

const hour = 3600

/** A proof of another time. */
export const proofAgeCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-06',
    title: 'a proof that is too old or from the future',
    why: 'A proof that holds for hours can be collected and used later, or be made in advance while somebody has access to the key.',
    remedy: 'Take proofs whose `iat` is at most a minute or two away from now, so that clocks may differ a little.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9449 §4.3', 'RFC 9449 §11.1'],
    tags: ['dpop', 'possession', 'time'],
  },
  [
    changedProof('an hour old', 'a proof that is an hour old', issued(-hour)),
    changedProof('from in an hour', 'a proof that was made an hour in the future', issued(hour)),
    takenProof('ten seconds old', 'a proof that is ten seconds old', issued(-10)),
    takenProof('ten seconds early', 'a proof by a clock that is ten seconds ahead', issued(10)),
  ],
)

function issued(difference: number): (bound: BoundCall) => ProofChange {
  return ({ context }) => ({ change: { claims: { iat: Math.floor(context.now() / 1000) + difference } } })
}

/** A proof that was used before. */
export const replayCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-07',
    title: 'the same proof twice',
    why: 'Whoever sees a call can send it again as long as its proof holds: the same order, the same payment.',
    remedy:
      'Remember the `jti` of each proof as long as the proof would be taken, or demand nonces that are used once.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9449 §11.1'],
    tags: ['dpop', 'possession'],
  },
  [{ run: judgeReplay }],
)

async function judgeReplay(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const bound = await startBound(context, operation)
  if (isJudgement(bound)) return bound
  const request = withProofs(bound, proofFor(bound))
  const first = await context.send(request)
  if (!isAccepted(first)) return inconclusive('a good proof was refused the first time', first)
  const second = await context.send(request)
  const judgement = judgeRefusal(second, { statuses: [401], sent: 'a proof that was used a moment before' })
  const isShortLived = bound.nonce !== undefined && isAccepted(second)
  return isShortLived ? { ...judgement, verdict: 'warn' } : judgement
}

/** A proof that proves nothing. */
export const unsignedProofCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-08',
    title: 'a proof without a real signature, or with the private key in it',
    why: 'Without a signature by a key pair anybody makes proofs for any token. And a private key that travels is private no more.',
    remedy: 'Take proofs that are signed by a key pair only, and refuse those whose `jwk` has private members.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §4.3'],
    tags: ['dpop', 'possession', 'signature'],
  },
  [
    changedProof('alg none', 'a proof with `alg` `none`', () => ({ change: { header: { alg: 'none' } } })),
    changedProof('HS256', 'a proof signed by HS256 with a secret that stands in it', ({ key }) => ({
      change: { header: { alg: 'HS256' }, key: { secret: JSON.stringify(key.publicJwk) } },
    })),
    changedProof('a private key in it', 'a proof with its private key in the header', ({ key }) => ({
      change: { header: { jwk: readJwk(key.privateJwk.reveal()) } },
    })),
  ],
)

function readJwk(text: string): unknown {
  return JSON.parse(text)
}
