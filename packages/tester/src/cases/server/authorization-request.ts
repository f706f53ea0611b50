// RFC 6749 §3.1, §3.1.1, §4.1.2, §4.1.2.1; RFC 9207 §2; RFC 9700 §2.1.2
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ServerTarget, TestClient } from '../../target/target.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import { judgeFront } from './authorization-judge.ts'
import { codeClient, withClient } from './server-case.ts'
import { authorizationRequest, type FrontOutcome, visit, wordsOf } from './server-flow.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'
import type { PairChange } from './token-grant.ts'

/** One changed request, and how its outcome is judged. */
export type Try = {
  readonly variant: string
  readonly change: PairChange
  /** Instead of the change, where requests must be pushed. */
  readonly whenPushed?: PairChange
  readonly judge: (outcome: FrontOutcome, sent: Sent) => Judgement
  readonly hasControl?: boolean
  /** Why it is not tried on a server; absent: it always is. */
  readonly needs?: (server: ServerTarget) => string | undefined
}
type Sent = {
  readonly client: TestClient
  readonly state: string
  readonly issuer: string
  readonly isPromised: boolean
}

/** A case that changes good requests and looks at what comes of them. */
export function aboutRequests(text: CaseText, tries: readonly Try[]): TestCase {
  return caseOnServer(text, server =>
    tries.map(({ variant, change, whenPushed, judge, hasControl = true, needs }) =>
      withClient(server, {
        variant,
        unless: needs?.(server),
        client: codeClient,
        hasControl,
        run: async (context, client) =>
          tryChange(context, client, { change: (mustPush(server) ? whenPushed : undefined) ?? change, judge }),
      }),
    ),
  )
}

async function tryChange(
  context: ServerContext,
  client: TestClient,
  { change, judge }: Pick<Try, 'change' | 'judge'>,
): Promise<Judgement> {
  const { pairs, state } = await authorizationRequest(context, client, change)
  const { issuer = '', metadata = {} } = context.target.server ?? {}
  const isPromised = metadata['authorization_response_iss_parameter_supported'] === true
  return judge(await visit(context, client, pairs), { client, state, issuer, isPromised })
}

/** @spec RFC 9126 §5 */
function mustPush({ metadata }: ServerTarget): boolean {
  return metadata['require_pushed_authorization_requests'] === true
}

const typeErrors = ['unsupported_response_type', 'invalid_request', 'unauthorized_client'] as const

function refusedWithState(sent: string): Try['judge'] {
  return (outcome, { client, state }) => {
    const judgement = judgeFront(outcome, { sent, client, errors: [...typeErrors] })
    if (judgement.verdict !== 'pass' || outcome.kind !== 'redirected') return judgement
    // inside a signed response it cannot come twice
    const isSigned = /[?&#]response=/.test(outcome.location)
    const times = isSigned ? 1 : outcome.location.split(/[?&#]/).filter(each => each.startsWith('state=')).length
    if (outcome.parameters.get('state') !== state || times !== 1)
      return {
        ...judgement,
        verdict: 'warn',
        reason: `${judgement.reason}, but its \`state\` came back ${times === 0 ? 'not at all' : 'otherwise than once'}`,
        complaint: '`state` is not repeated',
      }
    return judgement
  }
}

/** AS-AUT-01: the response type is missing, unknown or doubled. */
export const responseTypeCase: TestCase = aboutRequests(
  {
    id: 'AS-AUT-01',
    title: 'a request that does not say what it wants',
    why: 'What a server makes of an unclear request may not be what the client meant, and a client that is told nothing hangs.',
    remedy:
      'Answer by an error at the client’s registered address, with its `state`, where `response_type` is missing, unknown or doubled.',
    severity: 'low',
    level: 'L0',
    sources: ['RFC 6749 §3.1.1', 'RFC 6749 §4.1.2.1'],
    tags: ['authorization'],
  },
  [
    {
      variant: 'missing',
      change: { response_type: undefined },
      judge: refusedWithState('a request without `response_type`'),
    },
    {
      variant: 'unknown',
      change: { response_type: 'nothing_of_the_kind' },
      judge: refusedWithState('an unknown `response_type`'),
    },
    { variant: 'twice', change: { response_type: ['code', 'code'] }, judge: refusedWithState('`response_type` twice') },
  ],
)

function judgeTwice(name: string): Try {
  return {
    variant: `\`${name}\` twice`,
    change: { [name]: ['first-of-two-values', 'second-of-two-values'] },
    judge: (outcome, { client }) =>
      judgeFront(outcome, { sent: `\`${name}\` twice`, client, errors: ['invalid_request'], mayShowPage: true }),
  }
}

/** AS-AUT-02: parameters that come twice, or that nobody knows. */
export const parametersCase: TestCase = aboutRequests(
  {
    id: 'AS-AUT-02',
    title: 'parameters that come twice, or that nobody knows',
    why: 'Two parts of a server may read two different values. Unknown parameters, on the other hand, belong to newer clients and do no harm.',
    remedy: 'Refuse a request in which a parameter comes twice, and ignore parameters that are not known.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 6749 §3.1'],
    tags: ['authorization'],
  },
  [
    judgeTwice('state'),
    judgeTwice('nonce'),
    {
      variant: 'an unknown parameter',
      change: { ambit_unknown_parameter: 'x' },
      hasControl: false,
      judge: outcome => {
        if (outcome.kind === 'stuck') return inconclusive(`the login could not be followed: ${outcome.reason}`)
        const isTaken = outcome.kind === 'redirected' && outcome.parameters.has('code')
        return isTaken
          ? { verdict: 'pass', reason: 'a parameter that nobody knows was ignored' }
          : {
              verdict: 'fail',
              reason: `a parameter that nobody knows ended the request: ${wordsOf(outcome)}`,
              complaint: 'unknown parameters are refused',
            }
      },
    },
  ],
)

/** Values of `state` that are easily damaged. */
const states: readonly { readonly variant: string; readonly state: string }[] = [
  { variant: '1 kB', state: 'a-long-state-'.repeat(79) },
  { variant: 'Unicode', state: 'Zürich-東京-🌍' },
  { variant: 'separators', state: 'a&b=c#d?e;f' },
  { variant: 'percent and plus', state: 'a%26b+c d%' },
  { variant: 'quotes and brackets', state: '"<script>\'' },
]

/** AS-AUT-03: `state` comes back as it was sent. */
export const stateCase: TestCase = aboutRequests(
  {
    id: 'AS-AUT-03',
    title: 'a `state` that is easily damaged',
    why: 'A client compares `state` with what it sent. If the server changes it, logins fail; if it is not escaped, it becomes a parameter of its own.',
    remedy: 'Send `state` back as it came, encoded for the address; or refuse it with an error.',
    severity: 'low',
    level: 'L0',
    sources: ['RFC 6749 §4.1.2'],
    tags: ['authorization'],
  },
  states.map(({ variant, state }) => ({
    variant,
    change: { state },
    hasControl: false,
    judge: outcome => judgeState(outcome, state),
  })),
)

function judgeState(outcome: FrontOutcome, state: string): Judgement {
  if (outcome.kind === 'stuck') return inconclusive(`the login could not be followed: ${outcome.reason}`)
  if (outcome.kind === 'page')
    return outcome.status >= 500
      ? {
          verdict: 'fail',
          reason: `such a \`state\` made the server fail (${outcome.status})`,
          complaint: 'the server failed',
        }
      : { verdict: 'pass', reason: `such a \`state\` was refused by an error page (${outcome.status})` }
  if (outcome.kind === 'unsent') return { verdict: 'not_applicable', reason: outcome.reason }
  if (outcome.kind === 'not_pushed') return { verdict: 'pass', reason: 'such a `state` was refused' }
  if (outcome.parameters.get('state') === state) return { verdict: 'pass', reason: '`state` came back as it was sent' }
  if (!outcome.parameters.has('code'))
    return {
      verdict: 'warn',
      reason: `such a \`state\` ended the request, and did not come back: ${wordsOf(outcome)}`,
      complaint: '`state` is lost',
    }
  return { verdict: 'fail', reason: '`state` came back changed', complaint: '`state` is changed' }
}

function refusedImplicit(type: string): Try {
  return {
    variant: `\`${type}\``,
    change: { response_type: type },
    judge: (outcome, { client }) => {
      const sent = `\`response_type=${type}\``
      const judgement = judgeFront(outcome, { sent, client, errors: [...typeErrors], mayShowPage: true })
      if (judgement.verdict !== 'fail' || outcome.kind !== 'redirected') return judgement
      if (outcome.parameters.has('access_token'))
        return { ...judgement, reason: `${sent} was accepted: an access token stood in the address` }
      // OpenID Connect has uses for it, and no access token is in it
      return { ...judgement, verdict: 'warn', reason: `${sent} was accepted: an ID token stood in the address` }
    },
  }
}

/** AS-AUT-10: tokens in the address. */
export const implicitCase: TestCase = aboutRequests(
  {
    id: 'AS-AUT-10',
    title: 'tokens in the address',
    why: 'What stands in an address is kept in the history, seen by scripts and logged. A token there can be used by all of them.',
    remedy: 'Offer `response_type=code` only.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9700 §2.1.2', 'OWASP ASVS 5.0 §10.6.1'],
    tags: ['authorization', 'implicit'],
  },
  [
    ...['token', 'id_token token', 'code token', 'code id_token token', 'code id_token', 'id_token'].map(
      refusedImplicit,
    ),
    {
      variant: 'a code in the fragment',
      change: { response_mode: 'fragment' },
      hasControl: false,
      judge: outcome => {
        if (outcome.kind === 'stuck') return inconclusive(`the login could not be followed: ${outcome.reason}`)
        const isInFragment = outcome.kind === 'redirected' && /#.*\bcode=/s.test(outcome.location)
        return isInFragment
          ? {
              verdict: 'warn',
              reason: '`response_mode=fragment` was accepted: the code stood where scripts read it',
              complaint: 'a code in the fragment',
            }
          : {
              verdict: 'pass',
              reason: `\`response_mode=fragment\` did not put the code into the fragment: ${wordsOf(outcome)}`,
            }
      },
    },
  ],
)
