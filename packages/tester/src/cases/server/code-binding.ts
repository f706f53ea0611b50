// RFC 9449 §8, §10
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { makeDpopProof, thumbprintOf } from '../../node/dpop-proof.ts'
import { makeKeyPair } from '../../node/signing-key.ts'
import type { KeyPair, TestClient } from '../../target/target.ts'
import { textsIn } from '../../tokens/json-object.ts'
import { type Exchange, fieldValue, type SentRequest, withField } from '../../wire/exchange.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { unbound } from './client-assertion.ts'
import { codeClient, withClient } from './server-case.ts'
import { obtainGoodCode, redemptionOf } from './server-flow.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'
import { answerWords, errorOf, isGiven, judgeError } from './token-refusal.ts'

/** Codes that are bound to a key. */
export const codeBindingCase: TestCase = caseOnServer(
  {
    id: 'AS-COD-07',
    title: 'a code that is bound to a key',
    why: 'A client that binds its code to a key relies on nobody else being able to redeem it.',
    remedy: 'Where the request had `dpop_jkt`, demand a proof by that key with the code.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9449 §10'],
    tags: ['token endpoint', 'code', 'dpop'],
  },
  server => {
    if (textsIn(server.metadata, 'dpop_signing_alg_values_supported') === undefined)
      return 'the server does not offer DPoP'
    return [
      withClient(server, {
        variant: 'another key',
        client: codeClient,
        hasControl: false,
        run: (context, client) => tryKeys(context, client, true),
      }),
      withClient(server, {
        variant: 'no key',
        client: codeClient,
        hasControl: false,
        run: (context, client) => tryKeys(context, client, false),
      }),
    ]
  },
)

async function tryKeys(context: ServerContext, client: TestClient, isProved: boolean): Promise<Judgement> {
  const [own, other] = [makeKeyPair('ES256', context.secrets), makeKeyPair('ES256', context.secrets)]
  const change = { dpop_jkt: thumbprintOf(own.publicJwk) }
  const bad = await redeem(context, client, { change, ...(isProved && { key: other }) })
  if ('verdict' in bad) return bad
  const sent = isProved ? 'a bound code with a proof by another key' : 'a bound code without any proof'
  const judgement = judgeError(bad, { sent, errors: ['invalid_grant', 'invalid_dpop_proof', 'invalid_request'] })
  if (judgement.verdict !== 'pass') return judgement
  const good = await redeem(context, client, { change, key: own })
  if ('verdict' in good) return good
  if (isGiven(good)) return judgement
  return inconclusive(
    `${judgement.reason}, but that proves nothing: with the right key it was answered by ${answerWords(good)}`,
    bad,
    good,
  )
}

type Wish = { readonly change: { readonly dpop_jkt: string }; readonly key?: KeyPair }

async function redeem(
  context: ServerContext,
  client: TestClient,
  { change, key }: Wish,
): Promise<Exchange | Judgement> {
  const code = await obtainGoodCode(context, client, change)
  if (code.kind === 'failed') return inconclusive(`there was no bound code: ${code.reason}`)
  const first = await context.send(
    proved(context, redemptionOf(context, { ...code, client: unbound(client) }), { key }),
  )
  const nonce = first.kind === 'answered' ? fieldValue(first.response.headers, 'dpop-nonce') : undefined
  if (errorOf(first) !== 'use_dpop_nonce' || nonce === undefined) return first
  return context.send(proved(context, redemptionOf(context, { ...code, client: unbound(client) }), { key, nonce }))
}

type Proving = { readonly key: KeyPair | undefined; readonly nonce?: string }

function proved({ secrets, now }: ServerContext, request: SentRequest, { key, nonce }: Proving): SentRequest {
  if (key === undefined) return request
  const { method, origin, target } = request
  const parts = { key, method, url: `${origin}${target}`, now, ...(nonce !== undefined && { nonce }) }
  return withField(request, ['dpop', makeDpopProof(parts, secrets).reveal()])
}
