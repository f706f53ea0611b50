import { mock } from 'node:test'
import {
  createFormLogin,
  createRunWire,
  createSend,
  createServerTools,
  createTokenSource,
  fetchMetadata,
  makePlan,
  openCanary,
  originsOf,
  type RunClock,
  type RunRecord,
  runPlan,
  type SecretLedger,
  type Send,
  type ServerTarget,
  type Target,
  type TestCase,
  type Verdict,
} from '@ambit/tester'
import type { ExpectedVerdict, VerdictTable } from './verdict-table.ts'

/** A server to be tested, as it is lent. */
export type Lent = Pick<ServerTarget, 'issuer' | 'clients' | 'users'> &
  Partial<Pick<ServerTarget, 'metadata' | 'patience' | 'registrationToken'>>

/** Longer than anything that a test waits for: limits, which never ring here. */
const limit = 3_600_000

/**
 * A clock that takes no time to wait: whoever waits moves the hands of this process, and so those of servers in it. Only one
 * may wait at a time.
 */
function skippingClock(): RunClock {
  const now = () => Date.now()
  return {
    now,
    after: (milliseconds, ring) => {
      if (milliseconds >= limit) return () => {}
      const timer = setTimeout(() => {
        mock.timers.setTime(now() + milliseconds)
        ring()
      }, 0)
      return () => clearTimeout(timer)
    },
  }
}

/** Runs cases on a server one after the other. The time of the process stands still but for what is waited for. */
export async function runOnServer(cases: readonly TestCase[], lent: Lent, secrets: SecretLedger): Promise<RunRecord> {
  mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const clock = skippingClock()
  const raw = createSend({ now: clock.now, clock: () => performance.now() })
  const canary = await openCanary()
  try {
    const target = await targetOf(lent, raw)
    const { server } = target
    const wire = createRunWire({ send: raw, clock, target })
    const wait = async (milliseconds: number) => {
      mock.timers.setTime(clock.now() + milliseconds)
    }
    const access = { server, secrets, now: clock.now, wait }
    const frontOf = (send: Send) =>
      createFormLogin({ send, secrets, now: clock.now, users: server.users, origins: originsOf(server) })
    const tokens = createTokenSource({
      target,
      send: wire.send,
      secrets,
      now: clock.now,
      wait,
      front: frontOf(wire.send),
    })
    const planned = makePlan(cases, target)
    if (planned.kind === 'refused') throw new RangeError(planned.problems.join('; '))
    const serverTools = (send: Send, nonces: Map<string, string>) =>
      createServerTools({ ...access, send, nonces, front: frontOf(send) })
    const options = { concurrency: 1, timeLimit: limit, cleanupLimit: limit }
    return await runPlan(planned.plan, { target, secrets, wire, clock, tokens, serverTools, canary }, options)
  } finally {
    mock.timers.reset()
    await canary.close()
    raw.close()
  }
}

async function targetOf(lent: Lent, send: Send): Promise<Target & { readonly server: ServerTarget }> {
  const metadata = lent.metadata ?? (await metadataOf(lent.issuer, send))
  const server: ServerTarget = { ...lent, metadata, provider: 'unknown', isUnderTest: true }
  return { server, levels: new Set(['S', 'L0']), mayWrite: true, depth: 'guard' }
}

async function metadataOf(issuer: string, send: Send): Promise<ServerTarget['metadata']> {
  const found = await fetchMetadata(issuer, { send })
  if (found.kind !== 'metadata') throw new TypeError(`no metadata: ${found.reason}`)
  return found.metadata
}

const weight: Readonly<Record<Verdict, number>> = { fail: 4, warn: 3, inconclusive: 2, pass: 1, not_applicable: 0 }

/** What a run says of a case that is not as the table has it; empty where it is. */
export function differences(record: RunRecord, table: VerdictTable): readonly string[] {
  return record.cases.flatMap(({ id }) => {
    const expected = table[id]
    if (expected === undefined) return [`${id}: the table says nothing of it`]
    const results = record.results.filter(({ caseId }) => caseId === id)
    const worst = results.reduce<Verdict>(
      (a, { verdict }) => (weight[verdict] > weight[a] ? verdict : a),
      'not_applicable',
    )
    const said = results
      .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not_applicable')
      .map(({ verdict, variant = '', reason }) => `\n    ${verdict} ${variant}: ${reason}`)
    if (worst !== expected.verdict) return [`${id}: ${worst} instead of ${expected.verdict}${said.join('')}`]
    const variants = results.filter(({ verdict }) => verdict === worst).flatMap(({ variant = [] }) => variant)
    return isListed(expected, variants) ? [] : [`${id}: ${worst} for other variants${said.join('')}`]
  })
}

function isListed(expected: ExpectedVerdict, variants: readonly string[]): boolean {
  if (expected.verdict === 'pass' || expected.variants === undefined) return true
  return expected.variants.toSorted().join() === variants.toSorted().join()
}
