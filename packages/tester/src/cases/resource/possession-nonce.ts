// RFC 9449 §8, §9
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import { makeDpopProof } from '../../node/dpop-proof.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import { fieldValue, withField } from '../../wire/exchange.ts'
import { isJudgement, notApplicable } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'
import { type BoundCall, type ProofChange, proofFor, startBound, withProofs } from './possession-start.ts'

/** Proofs without the nonce that the API asks for. */
export const nonceCase: TestCase = caseOnGuards(
  {
    id: 'RS-POP-09',
    title: 'a proof without the nonce that the API asks for, or with another',
    why: 'The nonce shows that a proof was made now and not in advance. Where another one is taken, it shows nothing.',
    remedy:
      'Answer 401 with `error="use_dpop_nonce"` and a `DPoP-Nonce` header, and take nonces of this API only, for a few minutes.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9449 §9'],
    tags: ['dpop', 'possession'],
  },
  [
    otherNonce('missing', 'a proof without a nonce', async () => ({ change: { claims: { nonce: undefined } } })),
    otherNonce('made up', 'a proof with a nonce that the API never gave', async ({ context }) => ({
      nonce: context.randomBytes(16).join(''),
    })),
    otherNonce('of the authorization server', "a proof with the authorization server's nonce", nonceOfServer),
  ],
)

type MakeChange = (bound: BoundCall) => Promise<ProofChange | Judgement>

function otherNonce(variant: string, sent: string, make: MakeChange): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const bound = await startBound(context, operation)
      if (isJudgement(bound)) return bound
      if (bound.nonce === undefined) return notApplicable('the API asks for no nonce')
      const change = await make(bound)
      return isJudgement(change) ? change : judgeNonce(context, { bound, change, sent })
    },
  }
}

type Tried = { readonly bound: BoundCall; readonly change: ProofChange; readonly sent: string }

async function judgeNonce(context: ProbeContext, { bound, change, sent }: Tried): Promise<Judgement> {
  const exchange = await context.send(withProofs(bound, proofFor(bound, change)))
  const judgement = judgeRefusal(exchange, { statuses: [401], error: 'use_dpop_nonce', sent })
  const isNonceGiven = exchange.kind === 'answered' && fieldValue(exchange.response.headers, 'dpop-nonce') !== undefined
  if (judgement.verdict !== 'pass' || isNonceGiven) return judgement
  const reason = `${sent} was refused, but without a \`DPoP-Nonce\` header: the client cannot know which nonce is wanted`
  return { ...judgement, verdict: 'warn', reason, complaint: 'no nonce given' }
}

/** Asks the token endpoint, with a proof and with a code that nobody gave, so that no token comes of it. @spec RFC 9449 §8 */
async function nonceOfServer({ context, key }: BoundCall): Promise<ProofChange | Judgement> {
  const { server, secrets, now } = context
  const endpoint = server?.endpoint('token_endpoint')
  const client = server?.client(({ grantTypes }) => grantTypes.includes('authorization_code'))
  if (server === undefined || endpoint === undefined || client === undefined)
    return notApplicable('no client is configured that could ask the server for a nonce')
  const grant = [
    ['grant_type', 'authorization_code'],
    ['code', 'none'],
  ] as const
  const proof = makeDpopProof({ key, method: 'POST', url: endpoint, now }, secrets)
  const request = withField(server.formRequest(endpoint, grant, client), ['DPoP', proof.reveal()])
  const exchange = await context.send(request)
  const nonce = exchange.kind === 'answered' ? fieldValue(exchange.response.headers, 'dpop-nonce') : undefined
  return nonce === undefined ? notApplicable('the authorization server gives no nonces') : { nonce }
}
