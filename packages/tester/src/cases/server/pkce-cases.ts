// RFC 7636 §4.1, §4.2, §4.6; RFC 9700 §2.1.1, §4.8.2
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { challengeOf } from '../../tokens/pkce.ts'
import { randomText } from '../../tokens/server-access.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { judgeFront } from './authorization-judge.ts'
import { type ClientWish, codeClient, confidentialClient, publicClient, withClient } from './server-case.ts'
import { authorizationRequest, type GoodCode, obtainGoodCode, redemptionOf, visit, wordsOf } from './server-flow.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'
import type { PairChange } from './token-grant.ts'
import { judgeError } from './token-refusal.ts'

const withoutChallenge = { code_challenge: undefined, code_challenge_method: undefined } as const

const required: TestCase = caseOnServer(
  {
    id: 'AS-PKC-01',
    title: 'a request without PKCE',
    why: 'Without a challenge, whoever gets hold of a code can use it, or slip it into somebody else’s login.',
    remedy: 'Require `code_challenge` of every client.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9700 §2.1.1', 'RFC 7636 §4.4.1', 'OWASP ASVS 5.0 §10.4.6'],
    tags: ['authorization', 'pkce'],
  },
  server => [
    withClient(server, {
      variant: 'a public client',
      client: publicClient,
      run: (context, client) => tryRequest(context, client, 'a request without a challenge', withoutChallenge),
    }),
    withClient(server, {
      variant: 'a confidential client',
      client: confidentialClient,
      run: async (context, client) => {
        const judgement = await tryRequest(context, client, 'a request without a challenge', withoutChallenge)
        if (judgement.verdict !== 'fail' || judgement.complaint !== 'accepted') return judgement
        const { pairs } = await authorizationRequest(context, client)
        const hasNonce = pairs.some(([name]) => name === 'nonce')
        // a nonce that the client checks helps as well
        return hasNonce
          ? { ...judgement, verdict: 'warn', reason: `${judgement.reason}; only the \`nonce\` protects it` }
          : judgement
      },
    }),
  ],
)

async function tryRequest(
  context: ServerContext,
  client: TestClient,
  sent: string,
  change: PairChange,
): Promise<Judgement> {
  const { pairs } = await authorizationRequest(context, client, change)
  return judgeFront(await visit(context, client, pairs), { sent, client, errors: ['invalid_request'] })
}

const plain: TestCase = caseOnServer(
  {
    id: 'AS-PKC-02',
    title: 'a challenge that hides nothing',
    why: 'With `plain` the secret of the client stands in the first request, where it was to be hidden.',
    remedy: 'Take `S256` only.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 7636 §4.2', 'RFC 9700 §2.1.1', 'OWASP ASVS 5.0 §10.4.6'],
    tags: ['authorization', 'pkce'],
  },
  server =>
    [
      { variant: 'said', method: { code_challenge_method: 'plain' } },
      { variant: 'by default', method: { code_challenge_method: undefined } },
    ].map(({ variant, method }) =>
      withClient(server, {
        variant,
        client: codeClient,
        run: (context, client) =>
          tryRequest(context, client, 'a challenge by `plain`', { ...method, code_challenge: randomText() }),
      }),
    ),
)

/** A code that is redeemed otherwise than it should be. */
type Redemption = {
  readonly variant?: string
  readonly sent: string
  readonly client?: ClientWish
  /** Of the authorization request. */
  readonly request?: () => Promise<PairChange>
  /** Of the token request. */
  readonly change: (good: GoodCode) => PairChange | Promise<PairChange>
  readonly errors?: readonly [string, ...string[]]
  /** Whether the case is answered where there is no such code. */
  readonly mayLackCode?: boolean
}

function aboutVerifiers(text: CaseText, tries: readonly Redemption[]): TestCase {
  return caseOnServer(text, server =>
    tries.map(({ variant, client = codeClient, ...redemption }) =>
      withClient(server, {
        ...(variant !== undefined && { variant }),
        client,
        run: (context, own) => tryRedemption(context, own, redemption),
      }),
    ),
  )
}

async function tryRedemption(
  context: ServerContext,
  client: TestClient,
  redemption: Omit<Redemption, 'client' | 'variant'>,
): Promise<Judgement> {
  const { sent, request = async () => ({}), change, errors = ['invalid_grant'], mayLackCode = false } = redemption
  const good = await obtainGoodCode(context, client, await request())
  if (good.kind === 'failed') {
    const isRefused =
      good.outcome.kind === 'redirected' ||
      good.outcome.kind === 'not_pushed' ||
      (good.outcome.kind === 'page' && good.outcome.status < 500)
    if (mayLackCode && isRefused)
      return { verdict: 'pass', reason: `no code can be had in that way: ${wordsOf(good.outcome)}` }
    return inconclusive(`there was no code to try it with: ${good.reason}`)
  }
  return judgeError(await context.send(redemptionOf(context, good, await change(good))), { sent, errors })
}

const omitted = aboutVerifiers(
  {
    id: 'AS-PKC-03',
    title: 'a code without its verifier',
    why: 'A stolen code must be worth nothing without the secret of the client that asked for it.',
    remedy: 'Refuse a code whose request had a challenge where no `code_verifier` comes with it.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 7636 §4.6', 'RFC 9700 §2.1.1'],
    tags: ['token endpoint', 'pkce'],
  },
  [
    {
      sent: 'a code without its verifier',
      change: () => ({ code_verifier: undefined }),
      errors: ['invalid_grant', 'invalid_request'],
    },
  ],
)

const wrong = aboutVerifiers(
  {
    id: 'AS-PKC-04',
    title: 'a code with a verifier that does not fit',
    why: 'If any verifier will do, or the challenge itself, a stolen code can be used by whoever stole it.',
    remedy:
      'Compare the hash of `code_verifier` with the challenge of the request, always by the method that was used there.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 7636 §4.6', 'RFC 9700 §2.1.1'],
    tags: ['token endpoint', 'pkce'],
  },
  [
    {
      variant: 'another verifier',
      sent: 'a code with another verifier',
      change: () => ({ code_verifier: randomText() }),
    },
    {
      variant: 'the challenge as verifier',
      sent: 'a code with the challenge in place of the verifier',
      change: async good => ({ code_verifier: await challengeOf(good.verifier.reveal()) }),
    },
  ],
)

const unasked = aboutVerifiers(
  {
    id: 'AS-PKC-05',
    title: 'a verifier for a code that had no challenge',
    why: 'An attacker who removes the challenge from the request gets a code that any verifier seems to fit, unless the server refuses.',
    remedy: 'Refuse a `code_verifier` where the request had no challenge, or require a challenge of every request.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9700 §4.8.2', 'RFC 9700 §2.1.1'],
    tags: ['token endpoint', 'pkce'],
  },
  [
    { variant: 'a public client', client: publicClient },
    { variant: 'a confidential client', client: confidentialClient },
  ].map(each => ({
    ...each,
    sent: 'a verifier for a code that had no challenge',
    request: async () => withoutChallenge,
    change: () => ({}),
    mayLackCode: true,
  })),
)

/** Verifiers that the grammar does not allow; their challenges look like any other. */
const misshapen: readonly { readonly variant: string; readonly verifier: string }[] = [
  { variant: '42 characters', verifier: 'abcdefghij'.repeat(4) + 'ab' },
  { variant: '129 characters', verifier: `${'abcdefghij'.repeat(12)}abcdefghi` },
  { variant: 'a space and a plus', verifier: `${'abcdefghij'.repeat(4)} abc+` },
  { variant: 'letters outside of ASCII', verifier: `${'abcdefghij'.repeat(4)}äöü` },
]

const shapes = aboutVerifiers(
  {
    id: 'AS-PKC-06',
    title: 'a verifier that is too short, too long or malformed',
    why: 'A short verifier can be guessed from its challenge.',
    remedy: 'Take verifiers of 43 to 128 letters, digits, `-`, `.`, `_` and `~` only.',
    severity: 'low',
    level: 'L0',
    sources: ['RFC 7636 §4.1'],
    tags: ['token endpoint', 'pkce'],
  },
  misshapen.map(({ variant, verifier }) => ({
    variant,
    sent: `a verifier of the wrong form (${variant})`,
    request: async () => ({ code_challenge: await challengeOf(verifier) }),
    change: () => ({ code_verifier: verifier }),
    errors: ['invalid_grant', 'invalid_request'] as const,
  })),
)

/** Cases about Proof Key for Code Exchange. */
export const pkceCases: readonly TestCase[] = [required, plain, omitted, wrong, unasked, shapes]
