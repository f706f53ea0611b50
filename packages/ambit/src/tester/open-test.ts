import type { AnyPolicy } from '@ambit/policy'
import {
  allCases,
  createSend,
  listenHostile,
  makePlan,
  type Plan,
  type RawSend,
  type Selection,
  type Target,
} from '@ambit/tester'
import { ConfigError } from '../config/config-error.ts'
import { createLifetime, type Lifetime } from '../serve/lifetime.ts'
import { openIntrospectionRelay } from './introspection-relay.ts'
import { openKeySet } from './key-set-server.ts'
import { type Between, type Extent, openTarget, withBetween } from './open-target.ts'
import type { TestConfig } from './test-config.ts'

/** What somebody wants to be tested. */
export type TestRequest = {
  readonly config: TestConfig
  /** Where the user is. */
  readonly folder: string
  readonly extent: Extent
  readonly selection: Selection
  /** Nothing is opened, and nothing sent but for the document and metadata. */
  readonly isDryRun: boolean
  /** What stands between API and server already; otherwise it is opened as the configuration says. */
  readonly between?: Between
  /** The API's policy, where no module has it. */
  readonly policy?: AnyPolicy
}

/** A plan, and what it was made with. */
export type OpenedTest = {
  readonly plan: Plan
  /** What people should know of document and server. */
  readonly notes: readonly string[]
  readonly send: RawSend
  readonly close: () => Promise<void>
}

/** What a run tries. The case about what a run leaves behind is made of the reports, when all else is done. */
const plannedCases = allCases.filter(({ id }) => id !== 'SELF-01')

/**
 * Reads all that a test is about and plans it.
 * @throws {ConfigError} where document, policy or selection cannot be used
 * @throws {ServerUnavailable} where the server gives no metadata
 */
export async function openTest(request: TestRequest): Promise<OpenedTest> {
  const { config, folder, extent, selection, policy } = request
  const lifetime = createLifetime()
  const send = createSend({ now: () => Date.now(), clock: () => performance.now(), ca: config.ca })
  lifetime.onClose(async () => send.close())
  try {
    const { target: known, notes } = await openTarget(config, { folder, send, extent, ...(policy && { policy }) })
    const target = withBetween(
      known,
      {
        ...(request.between ?? (await openBetween(request, known, lifetime))),
        ...(await openPlayed(request, lifetime)),
      },
      config,
    )
    const outcome = makePlan(plannedCases, target, selection)
    if (outcome.kind === 'plan') return { plan: outcome.plan, notes, send, close: lifetime.close }
    throw new ConfigError(
      outcome.problems.map(message => ({ path: '', message })),
      'the selection',
    )
  } catch (error) {
    await lifetime.close()
    throw error
  }
}

async function openBetween({ config, isDryRun }: TestRequest, target: Target, lifetime: Lifetime): Promise<Between> {
  const { testIssuer, introspectionPort } = config
  const port = testIssuer?.keySetPort
  if (isDryRun) {
    return {
      ...(port !== undefined && { keySet: { fetches: () => 0, add: () => {} } }),
      ...(introspectionPort !== undefined && { introspection: { behave: () => {} } }),
    }
  }
  const keySet = testIssuer && port !== undefined ? await openKeySet(testIssuer.issuer, port) : undefined
  if (keySet) lifetime.onClose(keySet.close)
  const relay = introspectionPort === undefined ? undefined : await openIntrospectionRelay(introspectionPort)
  if (relay) lifetime.onClose(relay.close)
  const { metadata, issuer } = target.server ?? {}
  const { jwks_uri: keys, introspection_endpoint: endpoint } = metadata ?? {}
  if (typeof keys === 'string' && issuer === testIssuer?.issuer.issuer) keySet?.include(keys)
  if (typeof endpoint === 'string') relay?.lead(endpoint)
  return { ...(keySet && { keySet }), ...(relay && { introspection: relay }) }
}

/** Plays the authorization server of a client under test; where nothing is sent, it is only known where it would be. */
async function openPlayed({ config, isDryRun }: TestRequest, lifetime: Lifetime): Promise<Between> {
  const { clientUnderTest, secrets } = config
  if (clientUnderTest === undefined) return {}
  const { serverPort: port } = clientUnderTest
  if (isDryRun) {
    const issue = () => secrets.secret('authorization code', 'none in a dry run')
    return { played: { issuer: `http://127.0.0.1:${port}`, issue, redemptions: () => [], leaks: () => [] } }
  }
  const played = await listenHostile({ secrets, now: () => Date.now(), port }).catch(() => {
    const message = `it cannot listen on the port ${port} of this machine; choose one that is free`
    throw new ConfigError([{ path: 'clientUnderTest.serverPort', message }], 'the configuration of the tester')
  })
  lifetime.onClose(played.close)
  return { played }
}
