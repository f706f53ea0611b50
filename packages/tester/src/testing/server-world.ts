import { randomBytes } from 'node:crypto'
import { isProbe, type Judgement, nameOfProbe, type Probe, type Skip, type TestCase } from '../catalogue/test-case.ts'
import { provingSend } from '../run/context.ts'
import type { ProbeContext } from '../run/probe-context.ts'
import type { Target } from '../target/target.ts'
import { createFormLogin } from '../tokens/form-login.ts'
import { originsOf } from '../tokens/front-channel.ts'
import { createServerTools } from '../tokens/server-tools.ts'
import type { Exchange, Send } from '../wire/exchange.ts'
import { createMemoryCanary } from './memory-canary.ts'
import type { WeakDefectName } from './weak-server/defects.ts'
import { createWeakServer, type WeakServer } from './weak-server/weak-server.ts'

/** How a case against an authorization server is run in memory. */
export type ServerCaseOptions = {
  readonly defects?: readonly WeakDefectName[]
  /** Keeps the probes whose name holds this text. */
  readonly only?: string
  /** Changes what is known of the target before the case is planned. */
  readonly retarget?: (target: WeakServer['target']) => Target
  /** Stands between the tester and the server. */
  readonly between?: (send: Send) => Send
}

/** What became of one probe. */
export type ServerCaseResult = {
  readonly probe: Probe
  readonly name: string
  readonly judgement: Judgement
  /** What it sent, in order. */
  readonly sent: readonly Exchange[]
}

/** A weak server with everything that a probe asks for, in memory and with a clock of its own. */
export type ServerWorld = {
  readonly weak: WeakServer
  readonly target: Target
  /** A context that records what is sent through it. */
  readonly context: (sent: Exchange[]) => ProbeContext
  /** Does what probes want done at the end. */
  readonly cleanUp: () => Promise<void>
}

/**
 * Plans a case on the weak server and runs each of its probes, each on a server of its own, in memory.
 * @example
 * const results = await runServerCase(codeReuse, { defects: ['code-reused'] })
 */
export async function runServerCase(
  testCase: TestCase,
  options: ServerCaseOptions = {},
): Promise<readonly ServerCaseResult[]> {
  const results: ServerCaseResult[] = []
  for (const [index, expected] of testCase.plan(createServerWorld(options).target).entries()) {
    if (!isProbe(expected) || !nameOfProbe(expected).includes(options.only ?? '')) continue
    const world = createServerWorld(options)
    const probe = testCase.plan(world.target)[index]
    if (probe === undefined || !isProbe(probe)) throw new TypeError(`\`${testCase.id}\` plans differently each time`)
    const sent: Exchange[] = []
    const judgement = await probe.run(world.context(sent))
    await world.cleanUp()
    results.push({ probe, name: nameOfProbe(probe), judgement, sent })
  }
  return results
}

/** What a case leaves out on the weak server, with the reasons. */
export function serverSkipsOf(testCase: TestCase, options: ServerCaseOptions = {}): readonly Skip[] {
  return testCase.plan(createServerWorld(options).target).filter((planned): planned is Skip => !isProbe(planned))
}

/** Makes a weak server and what a probe works with. */
export function createServerWorld(options: ServerCaseOptions = {}): ServerWorld {
  const { defects = [], retarget = target => target, between = send => send } = options
  let time = Date.UTC(2026, 5, 1, 12)
  const now = () => time
  const wait = async (milliseconds: number) => {
    time += milliseconds
  }
  const canary = createMemoryCanary()
  // what waits inside the server lets others go first, and takes no time
  const pause = () => new Promise<void>(resolve => void setImmediate(resolve))
  const weak = createWeakServer({ defects, now, wait: pause, fetchText: async url => canary.fetchText(url) })
  const target = retarget(weak.target)
  const { secrets } = weak
  const undone: (() => Promise<void>)[] = []
  const context = (sent: Exchange[]): ProbeContext => {
    const send = recording(between(weak.send), sent)
    const { server = weak.target.server } = target
    const front = createFormLogin({ send, secrets, now, users: server.users, origins: originsOf(server) })
    const tools = createServerTools({ server, send, secrets, now, wait, front })
    return {
      target,
      secrets,
      send: provingSend(send, tools),
      call: () => undefined,
      withToken: request => request,
      tokens: {
        token: async () => ({ kind: 'unavailable', reason: 'no API is under test' }),
        revoke: async () => 'unsupported',
      },
      leastScope: () => [],
      server: tools,
      canary,
      now,
      wait,
      randomBytes: length => randomBytes(length),
      onEnd: (_what, undo) => void undone.push(undo),
    }
  }
  const cleanUp = async () => {
    for (const undo of undone.splice(0).reverse()) await undo()
  }
  return { weak, target, context, cleanUp }
}

function recording(send: Send, sent: Exchange[]): Send {
  return async (request, options) => {
    const exchange = await send(request, options)
    sent.push(exchange)
    return exchange
  }
}
