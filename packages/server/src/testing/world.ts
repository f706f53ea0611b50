import { type HttpRequest, seconds } from '@ambit/protocol'
import { memoryStore } from '@ambit/store'
import type { Exchange, ServerContext } from '../context.ts'
import { createKeyRing } from '../keys/key-ring.ts'
import { defaultKeySchedule } from '../keys/key-schedule.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { nodeKeyTools } from '../node/key-tools.ts'
import type { ServerOptions, Ttls } from '../options.ts'
import type { ServerEvent } from '../ports/observe.ts'
import type { ClientRecord, UserRecord } from '../ports/records.ts'
import type { Signer } from '../ports/world.ts'
import { makeRequestId } from '../request-id.ts'
import { contextOf } from '../server.ts'
import { inventory, pets, testCatalogue } from './catalogue.ts'
import { clients, users } from './clients.ts'
import { type TestClock, testClock, testPages, testPasswords } from './ports.ts'

/** A server's world for tests: its parts can be looked at and moved. */
export type TestWorld = {
  readonly options: ServerOptions
  readonly context: ServerContext
  readonly clock: TestClock
  /** Everything that was observed, in order. */
  readonly events: ServerEvent[]
  /** One request on its way, with an id of its own. */
  readonly exchange: (request: HttpRequest) => Exchange
}

/** What a test may change about its world. */
export type WorldOverrides = Partial<ServerOptions> & {
  readonly clients?: readonly ClientRecord[]
  readonly users?: readonly UserRecord[]
}

/** The spans of the test world, in seconds. */
export const testTtls: Ttls = {
  code: seconds(60),
  accessToken: seconds(600),
  idToken: seconds(300),
  refreshIdle: seconds(86_400),
  refreshAbsolute: seconds(30 * 86_400),
  refreshGrace: seconds(20),
  sessionIdle: seconds(3_600),
  sessionAbsolute: seconds(86_400),
  interaction: seconds(900),
}

/**
 * Makes a world with a memory store, a clock that stands still, real cryptography, and the clients and users of
 * `clients.ts` registered.
 */
export async function testWorld(overrides: WorldOverrides = {}): Promise<TestWorld> {
  const { clients: moreClients = [], users: moreUsers = [], ...given } = overrides
  const clock = testClock()
  const store = memoryStore()
  const events: ServerEvent[] = []
  const options: ServerOptions = {
    issuer: 'https://as.example',
    catalogue: testCatalogue,
    resources: [
      { resource: pets, name: 'Pet store', tokenFormat: 'jwt' },
      { resource: inventory, name: 'Inventory', tokenFormat: 'opaque' },
    ],
    ttl: testTtls,
    idTokenAlgorithm: 'ES256',
    store,
    signer: await testSigner(clock),
    passwords: testPasswords,
    clock,
    crypto: nodeCrypto(),
    pages: testPages,
    observe: event => void events.push(event),
    ...given,
  }
  await Promise.all([...Object.values(clients), ...moreClients].map(client => options.store.saveClient(client)))
  await Promise.all([...Object.values(users), ...moreUsers].map(user => options.store.saveUser(user)))
  const exchange = (request: HttpRequest) => ({ request, requestId: makeRequestId(options) })
  return { options, context: contextOf(options), clock, events, exchange }
}

const keys = memoryStore()

/** A signer for each clock; the keys are made once per process, since making them is slow. */
function testSigner(clock: TestClock): Promise<Signer> {
  return createKeyRing({
    store: keys,
    clock,
    tools: nodeKeyTools(),
    algorithms: ['ES256', 'EdDSA'],
    schedule: defaultKeySchedule,
  })
}
