// RFC 9449 §4.3, §5, §8, §11.1
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { makeDpopProof, type ProofParts } from '../../node/dpop-proof.ts'
import { makeKeyPair, publicKeyTexts } from '../../node/forge-jws.ts'
import type { KeyPair, TestClient } from '../../target/target.ts'
import { textsIn } from '../../tokens/json-object.ts'
import { type Exchange, fieldValue, type SentRequest } from '../../wire/exchange.ts'
import { inconclusive, isJudgement } from '../resource/guarded-call.ts'
import { unbound } from './client-assertion.ts'
import type { ClientTrial } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import {
  type Granted,
  goodTokenRequest,
  readGrant,
  redeemableCode,
  refresh,
  serverOf,
  tokenRequest,
} from './token-grant.ts'
import { answerWords, errorOf, finding, isGiven, judgeError } from './token-refusal.ts'
import { anyClient, clientTrials, publicRefreshingClient, serverCase } from './token-trial.ts'

const text: CaseText = {
  id: 'AS-DPO-01',
  title: 'bad proofs of a key at the token endpoint',
  why: 'A token that is bound to a key is worth nothing to a thief. Where the server takes any proof, it binds tokens to keys that nobody has shown to hold.',
  remedy:
    'Verify type, key, signature, method, address, time and `jti` of each proof, and on refresh compare the key with the first one.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9449 §4.3', 'RFC 9449 §5'],
  tags: ['dpop'],
}

type Mistake = { readonly change?: ProofParts['change']; readonly method?: string; readonly url?: string }
type Mistaken = (key: KeyPair, context: ServerContext, url: string) => Mistake

const mistakes: readonly (readonly [variant: string, mistake: Mistaken])[] = [
  ['another signature', (_, context) => ({ change: { key: makeKeyPair('ES256', context.secrets) } })],
  ['another method', () => ({ method: 'GET' })],
  ['another address', () => ({ url: 'https://elsewhere.tester.test/token' })],
  ['an old time', (_, { now }) => ({ change: { claims: { iat: Math.floor(now() / 1000) - 3600 } } })],
  ['another type', () => ({ change: { header: { typ: 'JWT' } } })],
  ['alg none', () => ({ change: { header: { alg: 'none' } } })],
  [
    'HS256 with the public key',
    key => ({ change: { header: { alg: 'HS256' }, key: { secret: publicKeyTexts(key.publicJwk).pem } } }),
  ],
  ['no jti', () => ({ change: { claims: { jti: undefined } } })],
  ['the private key in it', key => ({ change: { header: { jwk: JSON.parse(key.privateJwk.reveal()) } } })],
]

/** AS-DPO-01: proofs with one mistake each, one that was used before, two at once, and another key on refresh. */
const tokenEndpointProofs: TestCase = serverCase(text, server => {
  if (textsIn(server.metadata, 'dpop_signing_alg_values_supported') === undefined)
    return 'the server binds no tokens to keys by DPoP'
  return clientTrials(server, [
    ...mistakes.map(
      ([variant, mistake]): ClientTrial => ({
        variant,
        client: anyClient,
        hasControl: false,
        run: (context, client) => tryProof(context, client, { variant, mistake }),
      }),
    ),
    { variant: 'used before', client: anyClient, hasControl: false, run: tryReplay },
    { variant: 'two proofs', client: anyClient, hasControl: false, run: tryTwo },
    {
      variant: 'no proof on refresh',
      client: publicRefreshingClient,
      hasControl: false,
      run: (context, client) => tryRefresh(context, client, false),
    },
    {
      variant: 'another key on refresh',
      client: publicRefreshingClient,
      hasControl: false,
      run: (context, client) => tryRefresh(context, client, true),
    },
  ])
})

function algOf(context: ServerContext): string {
  const supported = textsIn(serverOf(context).metadata, 'dpop_signing_alg_values_supported') ?? []
  return ['ES256', 'EdDSA', 'RS256', 'PS256'].find(each => supported.includes(each)) ?? 'ES256'
}

type Proving = Mistake & { readonly key: KeyPair; readonly nonce?: string | undefined }

function proofFor(context: ServerContext, request: SentRequest, { key, nonce, change, method, url }: Proving): string {
  const parts: ProofParts = {
    key,
    method: method ?? request.method,
    url: url ?? `${request.origin}${request.target}`,
    now: context.now,
    ...(nonce !== undefined && { nonce }),
    ...(change !== undefined && { change }),
  }
  return makeDpopProof(parts, context.secrets).reveal()
}

function withProofs(request: SentRequest, ...proofs: readonly string[]): SentRequest {
  return { ...request, headers: [...request.headers, ...proofs.map(proof => ['dpop', proof] as const)] }
}

type Started = {
  readonly key: KeyPair
  readonly nonce: string | undefined
  readonly first: Exchange
  readonly granted: Granted
}

/** A good request with a good proof; with the server's nonce where it wants one. */
async function begin(context: ServerContext, client: TestClient, isRefreshing = false): Promise<Started | Judgement> {
  const key = makeKeyPair(algOf(context), context.secrets)
  const good = isRefreshing
    ? await redeemableCode(context, { client, wantsRefreshToken: true })
    : await goodTokenRequest(context, client)
  if (isJudgement(good)) return good
  const attempt = (nonce?: string) => {
    const request = tokenRequest(context, unbound(client), good.pairs)
    return context.send(withProofs(request, proofFor(context, request, { key, nonce })))
  }
  let first = await attempt()
  const nonce = first.kind === 'answered' ? fieldValue(first.response.headers, 'dpop-nonce') : undefined
  if (errorOf(first) === 'use_dpop_nonce') first = await attempt(nonce)
  const granted = readGrant(context, first, { client, asked: good.asked })
  if (isJudgement(granted)) return inconclusive(`a good proof was not taken: ${answerWords(first)}`, first)
  return granted.tokens.tokenType.toLowerCase() === 'dpop'
    ? { key, nonce, first, granted }
    : finding(
        'warn',
        { reason: 'a good proof was sent, and the token is not bound to its key', complaint: 'not bound' },
        first,
      )
}

type Trying = { readonly variant: string; readonly mistake: Mistaken }

async function tryProof(context: ServerContext, client: TestClient, { variant, mistake }: Trying): Promise<Judgement> {
  const begun = await begin(context, client)
  if (isJudgement(begun)) return begun
  const good = await goodTokenRequest(context, client)
  if (isJudgement(good)) return good
  const { key, nonce } = begun
  const request = tokenRequest(context, unbound(client), good.pairs)
  const proof = proofFor(context, request, { key, nonce, ...mistake(key, context, request.origin) })
  return judgeProof(await context.send(withProofs(request, proof)), `a proof with the mistake “${variant}”`)
}

/** A server that lets the request pass without binding the token has not taken the proof either. */
function judgeProof(exchange: Exchange, sent: string): Judgement {
  const isUnbound =
    isGiven(exchange) && exchange.kind === 'answered' && /"token_type"\s*:\s*"bearer"/i.test(exchange.response.body)
  if (isUnbound)
    return finding(
      'warn',
      { reason: `${sent} was ignored, and the token is bound to no key`, complaint: 'ignored' },
      exchange,
    )
  return judgeError(exchange, { sent, errors: ['invalid_dpop_proof'] })
}

async function tryReplay(context: ServerContext, client: TestClient): Promise<Judgement> {
  const begun = await begin(context, client)
  if (isJudgement(begun)) return begun
  const good = await goodTokenRequest(context, client)
  if (isJudgement(good)) return good
  const used = fieldValue(begun.first.request.headers, 'dpop') ?? ''
  const exchange = await context.send(withProofs(tokenRequest(context, unbound(client), good.pairs), used))
  const judgement = judgeProof(exchange, 'a proof that was used before')
  // to remember proofs is advice, and a nonce serves as well
  return judgement.verdict === 'fail' ? { ...judgement, verdict: 'warn' } : judgement
}

async function tryTwo(context: ServerContext, client: TestClient): Promise<Judgement> {
  const begun = await begin(context, client)
  if (isJudgement(begun)) return begun
  const good = await goodTokenRequest(context, client)
  if (isJudgement(good)) return good
  const { key, nonce } = begun
  const request = tokenRequest(context, unbound(client), good.pairs)
  const proofs = [proofFor(context, request, { key, nonce }), proofFor(context, request, { key, nonce })]
  return judgeProof(await context.send(withProofs(request, ...proofs)), 'two proofs at once')
}

/** The refresh token of a public client is bound to the key that it was first given for. @spec RFC 9449 §5 */
async function tryRefresh(context: ServerContext, client: TestClient, hasOtherKey: boolean): Promise<Judgement> {
  const begun = await begin(context, client, true)
  if (isJudgement(begun)) return begun
  const { refreshToken } = begun.granted.tokens
  if (refreshToken === undefined) return inconclusive('no refresh token came with the bound token', begun.first)
  const sent = hasOtherKey
    ? 'a bound refresh token with a proof of another key'
    : 'a bound refresh token without a proof'
  const wanted = { sent, errors: ['invalid_dpop_proof', 'invalid_grant', 'invalid_request'] as const }
  if (!hasOtherKey) return judgeError(await refresh(context, unbound(client), refreshToken), wanted)
  const pairs = [
    ['grant_type', 'refresh_token'],
    ['refresh_token', refreshToken.reveal()],
  ] as const
  const request = tokenRequest(context, unbound(client), pairs)
  const key = makeKeyPair(algOf(context), context.secrets)
  const exchange = await context.send(withProofs(request, proofFor(context, request, { key, nonce: begun.nonce })))
  return judgeError(exchange, wanted)
}

/** AS-DPO-01: proofs of keys. */
export const dpopCases: readonly TestCase[] = [tokenEndpointProofs]
