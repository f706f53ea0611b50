// RFC 9068 §2
import type { Judgement } from '../../catalogue/test-case.ts'
import { unauthorized, type WantedRefusal } from '../../judge/judge-refusal.ts'
import { thumbprintOf } from '../../node/dpop-proof.ts'
import { isJwt } from '../../node/forge-jws.ts'
import { forgeToken, type TokenChange } from '../../node/forge-token.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { TestIssuer } from '../../target/target.ts'
import type { HeldToken } from '../../tokens/token.ts'
import type { SentRequest } from '../../wire/exchange.ts'
import { isOpaque } from './good-jwt.ts'
import {
  type GoodCall,
  goodCall,
  isAccepted,
  isJudgement,
  judgeAgainstReference,
  notApplicable,
} from './guarded-call.ts'
import type { Trial } from './guarded-case.ts'

/** A call for which tokens can be forged. */
export type Forging = GoodCall & { readonly context: ProbeContext; readonly testIssuer: TestIssuer }

/** A forged token that must be refused. */
export type Forgery = {
  readonly variant?: string
  /** Begins the sentence of the judgement. */
  readonly sent: string
  readonly change: TokenChange | ((forging: Forging) => TokenChange | Judgement)
  /** How it must be refused (default: as an invalid token). */
  readonly wanted?: Omit<WantedRefusal, 'sent'>
  /** What it means where the token is accepted (default: `fail`). */
  readonly acceptedIs?: 'fail' | 'warn' | ((forging: Forging) => 'fail' | 'warn')
}

/** Gets ready to forge tokens for an operation whose tokens are JWTs. */
export async function startForging(context: ProbeContext, operation: ApiOperation): Promise<Forging | Judgement> {
  const { testIssuer } = context
  if (testIssuer === undefined) return notApplicable('no test issuer is configured, so no token can be forged')
  const good = await goodCall(context, operation)
  if (isJudgement(good)) return good
  return isJwt(good.token.accessToken.reveal()) ? { ...good, context, testIssuer } : notApplicable(isOpaque)
}

/** A token of the test issuer for the same holder and scope, bound to the same key where the API's tokens are bound. */
export function forge(forging: Forging, change: TokenChange = {}): HeldToken {
  const { context, operation, token, testIssuer } = forging
  const bound = token.dpopKey && { cnf: { jkt: thumbprintOf(token.dpopKey.publicJwk) } }
  const accessToken = forgeToken({ ...context, testIssuer }, operation, {
    holder: token.holder,
    scope: context.leastScope(operation),
    ...change,
    claims: { ...bound, ...change.claims },
  })
  return { ...token, accessToken, from: 'test_issuer' }
}

/** The call with a forged token. */
export function forgedCall(forging: Forging, change?: TokenChange): SentRequest {
  return forging.context.withToken(forging.call, forge(forging, change))
}

/** Sends a forged token and judges the refusal against that of a good token of the same issuer. */
export function forgedToken({ variant, sent, change, wanted = unauthorized, acceptedIs = 'fail' }: Forgery): Trial {
  return {
    ...(variant !== undefined && { variant }),
    run: async (context, operation) => {
      const forging = await startForging(context, operation)
      if (isJudgement(forging)) return forging
      const changed = typeof change === 'function' ? change(forging) : change
      if (isJudgement(changed)) return changed
      const judgement = await judgeForged(forging, changed, { ...wanted, sent })
      return soften(judgement, typeof acceptedIs === 'function' ? acceptedIs(forging) : acceptedIs)
    },
  }
}

/** How the reference is called in reasons. */
export const goodForgery = 'a good token of the test issuer'

/** Judges one forged token. */
function judgeForged(forging: Forging, change: TokenChange, wanted: WantedRefusal): Promise<Judgement> {
  return judgeAgainstReference(forging.context, {
    bad: forgedCall(forging, change),
    good: forgedCall(forging),
    wanted,
    reference: goodForgery,
  })
}

/** A token that is let in may be no more than a warning; a server that fails is always more. */
function soften(judgement: Judgement, acceptedIs: 'fail' | 'warn'): Judgement {
  const isLetIn = judgement.verdict === 'fail' && judgement.evidence?.some(isAccepted) === true
  return isLetIn && acceptedIs === 'warn' ? { ...judgement, verdict: 'warn' } : judgement
}
