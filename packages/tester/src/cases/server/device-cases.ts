// RFC 8628 §3.5, §5.1, §5.2
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { AuthorizationOutcome } from '../../run/probe-context.ts'
import type { TestClient } from '../../target/target.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { beginDevice, type DeviceStart, deviceGrant, enterCode, poll } from './device-flow.ts'
import type { ClientTrial } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { hasGrant } from './token-ask.ts'
import { serverOf } from './token-grant.ts'
import { answerWords, errorOf, finding, isBusy, isGiven, judgeError, pass } from './token-refusal.ts'
import { clientTrials, clientWithGrant, serverCase } from './token-trial.ts'

const none = 'the server offers no device flow'
const deviceClient = clientWithGrant(deviceGrant)

function deviceCase(text: CaseText, trials: readonly ClientTrial[]): TestCase {
  return serverCase(text, server => {
    if (server.metadata['device_authorization_endpoint'] === undefined) return none
    return server.users.length === 0 ? 'no user is configured' : clientTrials(server, trials)
  })
}

const pollText: CaseText = {
  id: 'AS-DEV-01',
  title: 'what a device is told while it waits',
  why: 'A device asks again and again. It must learn to ask less often, and when there is nothing to wait for any more.',
  remedy:
    'Answer early questions by `slow_down`, a refusal by `access_denied`, an old code by `expired_token`, and a used one by `invalid_grant`.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 8628 §3.5'],
  tags: ['device'],
}

/** AS-DEV-01: too fast, denied, too late, and twice. */
const devicePolling: TestCase = deviceCase(pollText, [
  { variant: 'too fast', client: deviceClient, hasControl: false, run: tryFast },
  { variant: 'denied', client: deviceClient, hasControl: false, run: tryDenied },
  { variant: 'expired', client: deviceClient, hasControl: false, run: tryExpired },
  { variant: 'twice', client: deviceClient, hasControl: false, run: tryTwice },
])

async function tryFast(context: ServerContext, client: TestClient): Promise<Judgement> {
  const start = await beginDevice(context, client)
  if (isJudgement(start)) return start
  await poll(context, client, start)
  const exchanges = [await poll(context, client, start), await poll(context, client, start)]
  const slowed = exchanges.find(each => errorOf(each) === 'slow_down')
  if (slowed !== undefined) return pass('a device that asks too often is told `slow_down`', slowed)
  const busy = exchanges.find(each => each.kind === 'failed' || isBusy(each.response.status))
  if (busy !== undefined) return inconclusive(`a device that asks too often got ${answerWords(busy)}`, busy)
  const reason = `a device that asks three times within its interval is told ${exchanges.map(answerWords).join(', then ')}; \`slow_down\` is wanted`
  return finding('warn', { reason, complaint: 'no `slow_down`' }, ...exchanges)
}

async function tryDenied(context: ServerContext, client: TestClient): Promise<Judgement> {
  const start = await beginDevice(context, client)
  if (isJudgement(start)) return start
  const visited = await enterCode(context, start, { denies: true })
  if (visited.kind === 'stuck') return inconclusive(`the user could not say no: ${visited.reason}`)
  await context.wait(start.interval * 1000)
  const exchange = await poll(context, client, start)
  if (errorOf(exchange) === 'authorization_pending')
    return inconclusive('the server still waits for the user, who said no', exchange)
  return judgeError(exchange, { sent: 'the code of a device that the user refused', errors: ['access_denied'] })
}

async function tryExpired(context: ServerContext, client: TestClient): Promise<Judgement> {
  const start = await beginDevice(context, client)
  if (isJudgement(start)) return start
  const { patience = 120 } = serverOf(context)
  if (start.expiresIn > patience)
    return inconclusive(
      `codes of devices are good for ${start.expiresIn} s, which is longer than a test may wait (${patience} s)`,
    )
  await context.wait((start.expiresIn + 2) * 1000)
  const exchange = await poll(context, client, start)
  if (errorOf(exchange) === 'authorization_pending')
    return finding(
      'fail',
      { reason: 'the code of a device is over, and the server goes on waiting for the user', complaint: 'goes on' },
      exchange,
    )
  return judgeError(exchange, {
    sent: 'the code of a device after its time',
    errors: ['expired_token', 'invalid_grant'],
  })
}

async function tryTwice(context: ServerContext, client: TestClient): Promise<Judgement> {
  const start = await allowed(context, client)
  if (isJudgement(start)) return start
  const first = await poll(context, client, start)
  if (!isGiven(first)) return inconclusive(`the user agreed, and the device got ${answerWords(first)}`, first)
  await context.wait(start.interval * 1000)
  const again = await poll(context, client, start)
  return judgeError(again, {
    sent: 'the code of a device that was used before',
    errors: ['invalid_grant', 'expired_token'],
  })
}

/** A device whose user agreed, and whose interval is over. */
async function allowed(context: ServerContext, client: TestClient): Promise<DeviceStart | Judgement> {
  const start = await beginDevice(context, client)
  if (isJudgement(start)) return start
  const visited = await enterCode(context, start)
  if (visited.kind === 'stuck') return inconclusive(`the user could not enter the code: ${visited.reason}`)
  if (visited.kind === 'page' && visited.status >= 400)
    return inconclusive(`the user could not enter the code: the server showed a page (${visited.status})`)
  await context.wait(start.interval * 1000)
  return start
}

const guessText: CaseText = {
  id: 'AS-DEV-02',
  title: 'guessing what a device shows',
  why: 'The code that a device shows is short, since people type it. Who may try without end finds one and gets into a stranger’s account, or a stranger into theirs.',
  remedy: 'Slow down wrong codes by user and address, and give tokens only to the client that began.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 8628 §5.1', 'RFC 8628 §5.2'],
  tags: ['device', 'throttling'],
}

const guesses = 20

/** AS-DEV-02: many wrong codes, and another client that asks. */
const deviceGuessing: TestCase = deviceCase(guessText, [
  {
    variant: 'brute force',
    client: deviceClient,
    isExclusive: true,
    isLast: true,
    hasControl: false,
    run: tryGuessing,
  },
  {
    variant: 'another client',
    client: deviceClient,
    hasControl: false,
    run: async (context, client) => {
      const other = context.server.client(each => hasGrant(deviceGrant, each) && each.clientId !== client.clientId)
      if (other === undefined) return notApplicable('it needs a second client with the device grant; configure one')
      const start = await allowed(context, client)
      if (isJudgement(start)) return start
      const exchange = await poll(context, other, start)
      const judgement = judgeError(exchange, { sent: 'the code of another client’s device', errors: ['invalid_grant'] })
      if (judgement.verdict !== 'pass') return judgement
      const own = await poll(context, client, start)
      return isGiven(own) || errorOf(own) !== 'authorization_pending'
        ? judgement
        : inconclusive(`${judgement.reason}, but its own client got ${answerWords(own)}`, own)
    },
  },
])

async function tryGuessing(context: ServerContext, client: TestClient): Promise<Judgement> {
  const start = await beginDevice(context, client)
  if (isJudgement(start)) return start
  // another user than that of other tests, who may be slowed down for a while
  const user = context.server.users.length > 1 ? 'second' : 'first'
  const conduct = { browser: 'guessing', user } as const
  let first: AuthorizationOutcome | undefined
  for (let count = 1; count <= guesses; count++) {
    // letters that the server could have made, in the form of its own code
    const text = start.userCode
      .reveal()
      .replaceAll(/[A-Z0-9]/gi, (_, index: number) => 'BCDF'[(count + index) % 4] ?? 'B')
    const userCode = context.secrets.secret('user code', text)
    const outcome = await enterCode(context, { ...start, userCode }, conduct)
    // a wrong code may be refused by 403, too; from then on that says nothing
    first ??= outcome
    if (isSlowed(outcome, first)) {
      await context.wait(60_000)
      return { ...pass(`after ${count} wrong codes the user is slowed down`), figures: { guessesUntilSlowed: count } }
    }
    if (outcome.kind === 'redirected') return inconclusive('the page for codes sent the browser elsewhere')
  }
  return finding('warn', { reason: `${guesses} wrong codes in a row were all looked at`, complaint: 'no throttling' })
}

function isSlowed(outcome: AuthorizationOutcome, first: AuthorizationOutcome): boolean {
  if (outcome.kind !== 'page') return false
  const isForbidden = outcome.status === 403 && !(first.kind === 'page' && first.status === 403)
  return isBusy(outcome.status) || isForbidden || /too many|slow down|try again later/i.test(outcome.body)
}

/** AS-DEV-01 and AS-DEV-02: the device flow. */
export const deviceCases: readonly TestCase[] = [devicePolling, deviceGuessing]
