// RFC 6750 §2, §2.2, §2.3; RFC 9700 §4.3.2
import { isGuarded, mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target } from '../../target/target.ts'
import { fieldValue, type HeaderField, type SentRequest, withField } from '../../wire/exchange.ts'
import { goodCall, isAccepted, isJudgement, withAuthorization } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** A good token in the address. */
export const queryCase: TestCase = caseOnGuards(
  {
    id: 'RS-TRN-03',
    title: 'a good token in the address, as `?access_token=`',
    why: 'Addresses end up in logs, in the history of browsers and in the `Referer` header; whoever reads them has the token.',
    remedy: 'Take tokens from the `Authorization` header alone, and switch off whatever reads them from the query.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 6750 §2.3', 'RFC 9700 §4.3.2'],
    tags: ['token', 'transport'],
  },
  [elsewhere({ sent: 'a good token in the query', place: inQuery })],
)

/** What a call looks like whose token stands in another place. */
type Place = (call: SentRequest, token: string) => SentRequest

function inQuery(call: SentRequest, token: string): SentRequest {
  const sign = call.target.includes('?') ? '&' : '?'
  return { ...call, target: `${call.target}${sign}access_token=${encodeURIComponent(token)}` }
}

/** A call whose token stands in another place than the header, and nowhere else. */
function elsewhere({
  sent,
  place,
  variant,
}: {
  readonly sent: string
  readonly place: Place
  readonly variant?: string
}): Trial {
  return {
    ...(variant !== undefined && { variant }),
    run: async (context, operation) => {
      const good = await goodCall(context, operation)
      if (isJudgement(good)) return good
      const bare = withoutAuthorization(context.withToken(good.call, good.token))
      const exchange = await context.send(place(bare, good.token.accessToken.reveal()))
      return judgeRefusal(exchange, { statuses: [401, 400], sent })
    },
  }
}

/** A token that is bound to a key keeps its proof. */
function withoutAuthorization(request: SentRequest): SentRequest {
  return { ...request, headers: request.headers.filter(([name]) => name.toLowerCase() !== 'authorization') }
}

const cookies = ['access_token', 'token', 'Authorization']
const fields = ['X-Access-Token', 'X-Auth-Token', 'X-Authorization']

/** A good token where only sessions and inventions of single APIs are looked for. */
export const cookieCase: TestCase = caseOnGuards(
  {
    id: 'RS-TRN-05',
    title: 'a good token in a cookie or in a header of another name',
    why: 'A browser sends cookies by itself, also for other sites: then any web page can call the API in the name of its visitor. A second place also escapes gateways that look at the first.',
    remedy:
      'Take tokens from the `Authorization` header alone; where another place is meant, the API description must name it.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 6750 §2'],
    tags: ['token', 'transport'],
  },
  operation => [
    ...cookies.filter(name => !isDocumented(operation, 'cookie', name)).map(inCookie),
    ...fields.filter(name => !isDocumented(operation, 'header', name)).map(inField),
  ],
)

function inCookie(name: string): Trial {
  const place: Place = (call, token) => {
    const before = fieldValue(call.headers, 'cookie')
    return withField(call, ['Cookie', [...(before === undefined ? [] : [before]), `${name}=${token}`].join('; ')])
  }
  return elsewhere({ variant: `cookie ${name}`, sent: `a good token in the cookie \`${name}\``, place })
}

function inField(name: string): Trial {
  const place: Place = (call, token) => withField(call, [name, name === 'X-Authorization' ? `Bearer ${token}` : token])
  return elsewhere({ variant: `header ${name}`, sent: `a good token in the header \`${name}\``, place })
}

function isDocumented({ parameters }: ApiOperation, place: 'cookie' | 'header', name: string): boolean {
  return parameters.some(each => each.in === place && each.name.toLowerCase() === name.toLowerCase())
}

const twoPlaces: CaseText = {
  id: 'RS-TRN-04',
  title: 'one token in the header and one in the form or the query',
  why: 'Where several places count, a gateway may check one token and the API use the other.',
  remedy:
    'Answer 400 where a token comes in more than one way, and let none but the one in the `Authorization` header ever count.',
  severity: 'low',
  level: 'L0',
  sources: ['RFC 6750 §2', 'RFC 6750 §2.2', 'RFC 6750 §3.1'],
  tags: ['token', 'transport'],
}

const form = 'application/x-www-form-urlencoded'
const queryWins = caseOnGuards(twoPlaces, [
  {
    variant: 'a bad one in the header, a good one in the query',
    run: async (context, operation) => {
      const good = await goodCall(context, operation)
      if (isJudgement(good)) return good
      const { tokenType, accessToken } = good.token
      const bad = withAuthorization(context.withToken(good.call, good.token), `${tokenType} garbage`)
      const exchange = await context.send(inQuery(bad, accessToken.reveal()))
      const sent = 'a call with a bad token in the header and a good one in the query'
      return judgeRefusal(exchange, { statuses: [400, 401], sent })
    },
  },
])

/** Two tokens in two places. The form is tried where one is taken, or where nothing is taken that it could stand for. */
export const twoPlacesCase: TestCase = {
  ...twoPlaces,
  plan: target => [...queryWins.plan(target), ...planForms(target)],
}

function planForms(target: Target): readonly (Probe | Skip)[] {
  return planOnApi(twoPlaces, target, ({ operations }) => {
    const takesForm = operations.filter(operation => isGuarded(operation) && maySendForm(operation))
    const chosen = target.depth === 'operation' ? takesForm : takesForm.toSorted(formsFirst).slice(0, 1)
    const caseId = twoPlaces.id
    if (chosen.length === 0) return [{ caseId, reason: 'no operation can be called with a form' }]
    return chosen.map(operation => {
      if (!target.mayWrite) return { caseId, operation: operation.key, reason: mayNotWrite }
      const run = (context: ProbeContext) => judgeForm(context, operation)
      return { caseId, operation: operation.key, variant: 'a form too', isWrite: true, control: operation.key, run }
    })
  })
}

/** A form is no way to send a token with a method whose body means nothing. @spec RFC 6750 §2.2 */
function maySendForm({ isWrite, method, body }: ApiOperation): boolean {
  return isWrite && method !== 'DELETE' && (body === undefined || body.mediaType === form)
}

function formsFirst(a: ApiOperation, b: ApiOperation): number {
  return Number(a.body === undefined) - Number(b.body === undefined)
}

async function judgeForm(context: ProbeContext, operation: ApiOperation): Promise<Judgement> {
  const good = await goodCall(context, operation)
  if (isJudgement(good)) return good
  const { tokenType, accessToken } = good.token
  const call = inForm(context.withToken(good.call, good.token), accessToken.reveal())
  const garbled = withAuthorization(call, `${tokenType} garbage`)
  const statuses = [400, 401] as const
  const sent = 'a call with a token in the header and in the form'
  const counting = await context.send(garbled)
  if (isAccepted(counting))
    return judgeRefusal(counting, {
      statuses,
      sent: 'a call with a bad token in the header and a good one in the form',
    })
  const both = await context.send(call)
  const judgement = judgeRefusal(both, { statuses, sent })
  if (!isAccepted(both)) return judgement
  return { ...judgement, verdict: 'warn', reason: `${judgement.reason}, but the token in the form does not count` }
}

function inForm(request: SentRequest, token: string): SentRequest {
  const contentType: HeaderField = ['Content-Type', form]
  const more = `access_token=${encodeURIComponent(token)}`
  const body = request.body === undefined || request.body === '' ? more : `${request.body}&${more}`
  return { ...withField(request, contentType), body }
}
