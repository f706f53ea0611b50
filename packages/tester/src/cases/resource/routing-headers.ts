// RFC 9110 §7.8; RFC 6455 §4.1

import type { CaseText, Judgement, Probe, TestCase } from '../../catalogue/test-case.ts'
import { accepted } from '../../judge/complaint.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import { alternativesOf } from '../../target/api-operation.ts'
import type { ApiTarget, Target } from '../../target/target.ts'
import { type HeaderField, type SentRequest, withField } from '../../wire/exchange.ts'
import { attempt, statusOf } from './attempt.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'
import { isSameAnswer, tryDetour } from './routing-bypass.ts'

const headersText: CaseText = {
  id: 'RS-ROU-04',
  title: 'header fields that only a proxy should send',
  why: 'Addresses and users that a proxy passes on in header fields can be written by anybody who reaches the API without it.',
  remedy: 'Take such fields from your own proxy alone, and let the proxy remove what comes from outside.',
  severity: 'critical',
  level: 'L0',
  sources: ['OWASP ASVS 5.0 §4.1.3'],
  tags: ['routing', 'headers'],
}

/** RS-ROU-04: fields that name another path, another sender or a user. */
export const proxyHeaders: TestCase = caseOnGuards(headersText, (operation, api, target) => [
  ...plainFields(operation, target).map(field => fieldTrial(operation, api, field)),
  ...['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Uri', 'X-Original-URI'].flatMap(name => [
    fieldTrial(operation, api, [name, '/'], `${name}, naming a public path`),
    pathTrial(operation, name),
  ]),
])

/** Fields that could stand in for a token, or for a trusted sender. */
function plainFields(operation: ApiOperation, { server, testIssuer }: Target): readonly HeaderField[] {
  const user = testIssuer?.subjects?.users?.[0] ?? server?.users[0]?.username ?? 'admin'
  const client = server?.clients[0]?.clientId ?? 'tester'
  const scope = alternativesOf(operation)[0]?.join(' ') ?? ''
  return [
    ...[
      'X-User-Id',
      'X-User',
      'X-Authenticated-User',
      'X-Remote-User',
      'Remote-User',
      'X-Forwarded-User',
      'X-Auth-Request-User',
      'X-WEBAUTH-USER',
    ].map((name): HeaderField => [name, user]),
    ['X-Client-Id', client],
    ['X-Scope', scope],
    ['X-Auth-Scopes', scope],
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Real-IP', '127.0.0.1'],
    ['X-Client-IP', '127.0.0.1'],
    ['Forwarded', 'for=127.0.0.1;host=localhost;proto=https'],
    ['X-Forwarded-Host', 'localhost'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Prefix', '/'],
    ['X-Forwarded-Port', '443'],
    ['X-Internal-Request', 'true'],
    ['X-Custom-IP-Authorization', '127.0.0.1'],
  ]
}

function fieldTrial(operation: ApiOperation, api: ApiTarget, field: HeaderField, variant = field[0]): Trial {
  return {
    variant,
    run: context =>
      tryDetour(context, {
        operation,
        api,
        sent: `the call with \`${field[0]}\``,
        reshape: request => withField(request, field),
      }),
  }
}

/** A call of the start page that names the operation's address in a field. */
function pathTrial(operation: ApiOperation, name: string): Trial {
  return { variant: `${name} on the start page`, run: context => tryStartPage(context, operation, name) }
}

async function tryStartPage(context: ProbeContext, operation: ApiOperation, name: string): Promise<Judgement> {
  const start = (request: SentRequest): SentRequest => ({ ...request, target: '/' })
  const plain = await attempt(context, { operation, reshape: start })
  const reshape = (request: SentRequest) => start(withField(request, [name, request.target]))
  const tried = await attempt(context, { operation, reshape })
  if (plain.kind === 'not_sent') return plain.judgement
  if (tried.kind === 'not_sent') return tried.judgement
  const sent = `the start page with \`${name}\` naming the operation, without a token,`
  const evidence = [plain.exchange, tried.exchange]
  const status = statusOf(tried.exchange)
  if (status === undefined || status === 429 || status === 503)
    return inconclusive(`${sent} got no answer that tells`, tried.exchange)
  if (status >= 500) return { verdict: 'fail', reason: `${sent} made the API fail: the answer is ${status}`, evidence }
  if (!isAccepted(tried.exchange)) return { verdict: 'pass', reason: `${sent} was refused by ${status}`, evidence }
  if (isSameAnswer(plain.exchange, tried.exchange))
    return { verdict: 'pass', reason: `${sent} got the start page`, evidence }
  return {
    verdict: 'fail',
    reason: `${sent} was answered by ${status}, otherwise than the start page`,
    evidence,
    complaint: accepted,
  }
}

const streamsText: CaseText = {
  id: 'RS-ROU-07',
  title: 'a stream without a token',
  why: 'Streams are opened by another code than calls, often before the guard, and stay open after the token has ended.',
  remedy: 'Ask for the token when the stream is opened, and close it when the token ends.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 6455 §10.5', 'OWASP ASVS 5.0 §4.4.3'],
  tags: ['routing', 'streams'],
}

const webSocket: readonly HeaderField[] = [
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGVzdGVyLXRlc3Rlci10ZQ=='],
]

const streams: readonly { readonly variant: string; readonly fields: readonly HeaderField[] }[] = [
  { variant: 'WebSocket', fields: webSocket },
  { variant: 'WebSocket with a protocol', fields: [...webSocket, ['Sec-WebSocket-Protocol', 'bearer']] },
  {
    variant: 'server-sent events',
    fields: [
      ['Accept', 'text/event-stream'],
      ['Cache-Control', 'no-cache'],
    ],
  },
  {
    variant: 'an upgrade to HTTP/2',
    fields: [
      ['Upgrade', 'h2c'],
      ['Connection', 'Upgrade, HTTP2-Settings'],
      ['HTTP2-Settings', 'AAMAAABkAAQAoAAAAAIAAAAA'],
    ],
  },
]

const ending = 'that a stream ends with its token can be seen only at a stream, and the document names none'

const streamTrials: TestCase = caseOnGuards(streamsText, (operation, api) =>
  streams.map(
    ({ variant, fields }): Trial => ({
      variant,
      run: context =>
        tryDetour(context, {
          operation,
          api,
          sent: `an upgrade to ${variant}`,
          reshape: request => withField(request, ...fields),
        }),
    }),
  ),
)

/** RS-ROU-07: streams that are opened without a token. Whether one ends with its token can be seen only at a real one. */
export const upgrades: TestCase = {
  ...streamTrials,
  plan: target => {
    const planned = streamTrials.plan(target)
    const isTried = planned.some((each): each is Probe => 'run' in each)
    return isTried ? [...planned, { caseId: streamsText.id, reason: ending }] : planned
  },
}
