// RFC 6750 §3, §3.1; RFC 9110 §11.6.1, §15.5.4
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { worstOf } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import { readChallenges } from '../../wire/challenge.ts'
import { type Exchange, fieldValues, withField } from '../../wire/exchange.ts'
import { leakIn } from './answers-leaks.ts'
import { attempt, heldToken, named, statusOf, tryCall } from './attempt.ts'
import { inconclusive, isAccepted, notApplicable } from './guarded-call.ts'
import { caseOnGuards, caseOnOperations, type Trial } from './guarded-case.ts'
import { tokenOf } from './objects-calls.ts'
import { pairOf, pathOf } from './objects-known.ts'
import { asksForScope, tooLittle } from './scope-oracle.ts'

/** RS-ERR-01: a good token that is not enough is 403. */
export const forbiddenNotUnauthorized: TestCase = caseOnOperations(
  {
    id: 'RS-ERR-01',
    title: 'a good token of the wrong scope or user is told 403, not 401',
    why: '401 tells a client to get a new token. Where a new one helps nothing, it asks again and again, and the user logs in again and again.',
    remedy: 'Answer 401 where the token is not good, and 403 where it is good and not enough.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9110 §15.5.4', 'RFC 6750 §3.1'],
    tags: ['answers'],
  },
  (operation, api, target) => {
    const little = tooLittle(api, operation)
    const byScope: readonly Trial[] =
      asksForScope(operation) && little.length > 0
        ? [
            {
              variant: 'wrong scope',
              run: context =>
                tryCall(context, { operation, token: heldToken(operation, little) }, exchange =>
                  maybeForAnother(operation, judgeForbidden(exchange, `a good token with ${named(little)} alone`)),
                ),
            },
          ]
        : []
    const trials = [...byScope, ...wrongUser(operation, pathOfOwner(operation, target))]
    return trials.length > 0 ? trials : 'no scope and no user is known for whom this operation is forbidden'
  },
)

function pathOfOwner(operation: ApiOperation, target: Parameters<typeof pairOf>[0]) {
  const pair = pairOf(target)
  return pair === undefined ? undefined : pathOf(operation, pair)
}

function wrongUser(operation: ApiOperation, path: Readonly<Record<string, string>> | undefined): readonly Trial[] {
  if (path === undefined) return []
  const run: Trial['run'] = context =>
    tryCall(context, { operation, token: tokenOf(operation, 'second'), change: { path } }, exchange =>
      judgeForbidden(exchange, 'a good token of another user'),
    )
  return [{ variant: 'wrong user', run }]
}

/** Where nobody said for which API tokens are, that of another scope may be for another one. */
function maybeForAnother({ resource }: ApiOperation, judgement: Judgement): Judgement {
  if (resource !== undefined || judgement.verdict !== 'fail') return judgement
  const { complaint: _, ...kept } = judgement
  const hint = 'it may be one for another API of the same server; name the API of each path in `api.resources`'
  return { ...kept, verdict: 'inconclusive', reason: `${judgement.reason}; ${hint}` }
}

function judgeForbidden(exchange: Exchange, sent: string): Judgement {
  const status = statusOf(exchange)
  const evidence = [exchange]
  if (status === 403 || status === 404) return { verdict: 'pass', reason: `${sent} was refused by ${status}`, evidence }
  if (status === 401)
    return {
      verdict: 'fail',
      reason: `${sent} was told 401, as if it were not good`,
      evidence,
      complaint: '401 instead of 403',
    }
  return inconclusive(`${sent} was answered by ${status ?? 'nothing'}, which is no refusal of a token`, exchange)
}

/** What is sent in place of a token, and what is sent beside it. */
const marker = 'zq7-tester-marker'
const word = 'zq8-tester-word'

/** Several kinds of refusals of one operation. */
async function refusalsOf(
  context: ProbeContext,
  operation: ApiOperation,
  little: readonly string[],
): Promise<readonly Exchange[]> {
  const call = context.call(operation)
  if (call === undefined) return []
  const query = call.target.includes('?') ? '&' : '?'
  const odd = { ...call, target: `${call.target}${query}q=${word}%27%22` }
  const bearing = (value: string) => withField(odd, ['Authorization', value])
  const sent = [
    await context.send(odd),
    await context.send(bearing(`Bearer ${marker}`)),
    await context.send(bearing(`Bearer ${marker}'"\\`)),
    await context.send(bearing(`Bearer ${marker} ${marker}`)),
    await context.send(bearing(`Basic ${btoa(`${marker}:${marker}`)}`)),
    await context.send({ ...odd, headers: [...odd.headers, ['Cookie', `session=${word}`]] }),
  ]
  const made = await attempt(context, { operation, token: heldToken(operation, little) })
  return [...sent, ...(made.kind === 'sent' ? [made.exchange] : [])]
}

/** RS-ERR-02: what refusals tell of the inside, and of others. */
export const talkativeRefusals: TestCase = caseOnOperations(
  {
    id: 'RS-ERR-02',
    title: 'what refusals give away',
    why: 'Whoever is refused is a stranger. Stack traces, statements and tokens in the answer show a stranger where to go on.',
    remedy: 'Answer strangers with a fixed sentence, and write the rest into the log.',
    severity: 'medium',
    level: 'L0',
    sources: ['OWASP API8:2023'],
    tags: ['answers', 'leaks'],
  },
  (operation, api) => [
    {
      run: async context => {
        const refused = (await refusalsOf(context, operation, tooLittle(api, operation))).filter(
          each => !isAccepted(each),
        )
        const [first, ...others] = refused.map(each => judgeTalk(each, operation))
        return first === undefined ? inconclusive('no call could be made that is refused') : worstOf(first, ...others)
      },
    },
  ],
)

function judgeTalk(exchange: Exchange, operation: ApiOperation): Judgement {
  if (exchange.kind === 'failed') return inconclusive(`a refusal could not be read: ${exchange.detail}`, exchange)
  const { response, request } = exchange
  const evidence = [exchange]
  const leak = leakIn(response, request)
  if (leak !== undefined)
    return { verdict: 'fail', reason: `a refusal shows ${leak}`, evidence, complaint: `shows ${leak}` }
  const own = new Set(alternativesOf(operation).flat())
  const { challenges } = readChallenges(response.headers)
  const told = challenges.flatMap(({ parameters }) => parameters.get('scope')?.split(' ') ?? [])
  const foreign = told.filter(scope => scope !== '' && !own.has(scope))
  if (foreign.length > 0)
    return {
      verdict: 'warn',
      reason: `a refusal names ${named(foreign)}, which this operation does not ask for`,
      evidence,
      complaint: 'foreign scope named',
    }
  return { verdict: 'pass', reason: 'refusals give nothing away', evidence }
}

/** RS-ERR-04: the challenge can be read by a machine, and repeats nothing. */
export const challengeSyntax: TestCase = caseOnGuards(
  {
    id: 'RS-ERR-04',
    title: 'how challenges are written',
    why: 'Clients learn from the challenge what to do. One that cannot be read helps nobody, and one that repeats what was sent can be written by strangers.',
    remedy: 'Write one challenge a scheme, each parameter once, values in quotes, and nothing of the request in it.',
    severity: 'low',
    level: 'L0',
    sources: ['RFC 9110 §11.6.1', 'RFC 6750 §3'],
    tags: ['answers', 'challenge'],
  },
  (operation, api) => [
    {
      run: async context => {
        const refused = await refusalsOf(context, operation, tooLittle(api, operation))
        const challenged = refused.filter(each => fieldsOf(each).length > 0)
        const [first, ...others] = challenged.map(judgeSyntax)
        return first === undefined
          ? notApplicable('no refusal came with a challenge, so that none is badly written')
          : worstOf(first, ...others)
      },
    },
  ],
)

function fieldsOf(exchange: Exchange): readonly string[] {
  return exchange.kind === 'failed' ? [] : fieldValues(exchange.response.headers, 'www-authenticate')
}

/** Parameters whose value RFC 6750 wants in quotes. */
const unquoted = /\b(realm|scope|error|error_description|error_uri)=(?!")/i

function judgeSyntax(exchange: Exchange): Judgement {
  const evidence = [exchange]
  const warn = (reason: string): Judgement => ({
    verdict: 'warn',
    reason,
    evidence,
    complaint: 'badly written challenge',
  })
  const fields = fieldsOf(exchange)
  const { challenges, problems } = readChallenges(exchange.kind === 'failed' ? [] : exchange.response.headers)
  if (fields.some(field => field.includes(marker) || field.includes(word)))
    return {
      verdict: 'fail',
      reason: 'the challenge repeats what was sent',
      evidence,
      complaint: 'challenge repeats input',
    }
  if (problems[0] !== undefined) return warn(`the challenge cannot be read: ${problems[0]}`)
  const bare = fields.map(field => unquoted.exec(field)?.[1]).find(name => name !== undefined)
  if (bare !== undefined) return warn(`the value of \`${bare}\` in the challenge is not in quotes`)
  const codes = challenges.flatMap(({ parameters }) => parameters.get('error') ?? [])
  if (codes.some(code => !/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(code)))
    return warn('the error code holds characters that none may hold')
  const schemes = challenges.map(({ scheme }) => scheme.toLowerCase())
  if (new Set(schemes).size < schemes.length && new Set(codes).size > 1)
    return warn('two challenges of one scheme say different errors')
  return { verdict: 'pass', reason: 'the challenge can be read and repeats nothing', evidence }
}
