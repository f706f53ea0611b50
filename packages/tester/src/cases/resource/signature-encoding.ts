// RFC 7519 §4, §5.2; RFC 7515 §7.2; RFC 8725 §2.6
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { jsonSerializations, splitJws } from '../../node/forge-jws.ts'
import type { TokenChange } from '../../node/forge-token.ts'
import { type Forging, forge, forgedCall, forgedToken, goodForgery, startForging } from './forged-token.ts'
import { isJudgement, judgeAgainstReference, notApplicable, withTokenText } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** Where the other one of the two counts, the scope is too small. */
const refusedSomehow = { statuses: [403, 401] } as const

/** Tokens that two readers may read differently. */
export const encodingCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-14',
    title: 'a token that can be read in two ways',
    why: 'Where a gateway and the API read the same token differently, each may approve of what it sees, and the sum is what nobody approved of.',
    remedy:
      'Refuse tokens with a claim that comes twice, tokens in another form than three parts, and tokens in tokens.',
    severity: 'low',
    level: 'L1',
    sources: ['RFC 7519 §4', 'RFC 7515 §7.2', 'RFC 8725 §2.6'],
    tags: ['jwt', 'signature'],
  },
  [
    // the claim that counts for most readers is the last one, which the standard allows
    forgedToken({
      variant: 'scope twice, the good one last',
      sent: 'a token with two claims `scope`, the last of which is enough,',
      change: forging => twice(forging, { first: '' }),
      wanted: refusedSomehow,
      acceptedIs: 'warn',
    }),
    forgedToken({
      variant: 'scope twice, the good one first',
      sent: 'a token with two claims `scope`, only the first of which is enough,',
      change: forging => twice(forging, { last: '' }),
      wanted: refusedSomehow,
    }),
    serialized('JSON, flattened', ({ flattened }) => flattened),
    serialized('JSON, general', ({ general }) => general),
    forgedToken({
      variant: 'a token in a token',
      sent: 'a token whose payload is a good token',
      change: forging => ({ header: { cty: 'JWT' }, payload: forge(forging).accessToken.reveal() }),
    }),
  ],
)

/** The claims of a good token with two claims `scope`, as no JSON writer would write them. */
function twice(
  forging: Forging,
  { first, last }: { readonly first?: string; readonly last?: string },
): TokenChange | Judgement {
  const { scope, ...rest } = splitJws(forge(forging).accessToken.reveal())?.payload ?? {}
  if (typeof scope !== 'string' || scope === '')
    return notApplicable('the operation needs no scope, so it does not matter which of two counts')
  const members = JSON.stringify(rest).slice(1, -1)
  return { payload: `{"scope":${JSON.stringify(first ?? scope)},${members},"scope":${JSON.stringify(last ?? scope)}}` }
}

type Serializations = ReturnType<typeof jsonSerializations>

/** A good token in a form that access tokens never have; a token is one word, so it may be a malformed request as well. */
function serialized(variant: string, choose: (forms: Serializations) => string): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const forging = await startForging(context, operation)
      if (isJudgement(forging)) return forging
      const text = choose(jsonSerializations(forge(forging).accessToken.reveal()))
      const bad = withTokenText(context, forging, text)
      const wanted = { statuses: [401, 400], sent: `a good token written as ${variant}` } as const
      return judgeAgainstReference(context, { bad, good: forgedCall(forging), wanted, reference: goodForgery })
    },
  }
}
