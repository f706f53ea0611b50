import type { Config } from '../../config/config.ts'
import { describeStore } from '../../config/database-url.ts'
import { type Override, storeOverride } from '../../config/overrides.ts'
import { listConfig, printConfig } from '../../config/print-config.ts'
import { resolveConfig } from '../../config/resolve-config.ts'
import type { Log } from '../../observe/log.ts'
import { type RunningServer, startConfigured } from '../../serve/start.ts'
import type { ConfigSource } from '../../serve/workers/message.ts'
import { type RunningWorkers, StartStopped, startWorkers } from '../../serve/workers/start-workers.ts'
import { type CliIo, type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { programLog } from '../program-log.ts'
import { hearStop, untilStopped } from '../until-stopped.ts'

/** Starts the server and answers when it has stopped. */
export const serve: Run = async (input, io) => {
  const file = input.text('config')
  const given = { overrides: overridesOf(input), ...(file !== undefined && { file }) }
  const resolved = await resolveConfig({ folder: io.folder, environment: io.environment, ...given })
  if (input.flag('printConfig')) {
    const lines = listConfig(resolved)
    if (input.flag('json'))
      printJson(io, Object.fromEntries(lines.map(({ path, value, from }) => [path, { value, from }])))
    else io.out(printConfig(lines))
    return exitCodes.done
  }
  const { config } = resolved
  const log = programLog(config, io)
  if (config.workers !== undefined) return serveByWorkers(config, { source: { folder: io.folder, ...given }, log }, io)
  const stopping = hearStop(io, log)
  const server = await startConfigured(config, { log, environment: io.environment })
  sayListening(config, server, log)
  await untilStopped(stopping, server, log)
  return exitCodes.done
}

type WorkersWorld = { readonly source: ConfigSource; readonly log: Log }

/** Serves by processes of their own, until a signal or until none of them can be started. */
async function serveByWorkers(config: Config, { source, log }: WorkersWorld, io: CliIo): Promise<number> {
  // a signal that nobody hears would end the program while it starts, and leave its workers as they are
  const stopping = hearStop(io, log)
  const starting = startWorkers(config, { source, log, signal: stopping.signal })
  const forget = io.onReload?.(() => void starting.then(reload, () => {}))
  try {
    const running = await starting
    const stopped = untilStopped(stopping, running, log)
    sayListening(config, running, log)
    const lost = await Promise.race([running.lost, stopped])
    if (!lost) return exitCodes.done
    await running.close()
    return fail(io, lost.message, lost.isConfig ? exitCodes.usage : exitCodes.failed)
  } catch (error) {
    if (!(error instanceof StartStopped)) throw error
    log.say('info', 'stopped')
    return exitCodes.done
  } finally {
    forget?.()
  }
}

function reload(running: RunningWorkers): Promise<void> {
  return running.reload()
}

function sayListening(config: Config, server: Listening, log: Log): void {
  log.say('info', `listening on ${server.origin}`, facts(config, server))
  const strange = otherPort(server)
  if (strange !== undefined) log.say('warn', strange)
}

type Listening = Pick<RunningServer, 'origin' | 'issuer' | 'port' | 'tlsOrigin' | 'metricsOrigin'>

function overridesOf(input: CommandInput): readonly Override[] {
  const values = {
    issuer: input.text('issuer'),
    port: numberWhere(input.text('port')),
    host: input.text('host'),
    workers: numberWhere(input.text('workers')),
  }
  const simple = Object.entries(values).flatMap(([path, value]) =>
    value === undefined ? [] : [{ path, value, source: `\`--${path}\`` }],
  )
  const store = input.text('store')
  return store === undefined ? simple : [...simple, storeOverride(store, '`--store`')]
}

/** What is no number is refused with the words of the configuration. */
function numberWhere(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text
}

function facts(config: Config, { issuer, tlsOrigin, metricsOrigin }: Listening): Readonly<Record<string, unknown>> {
  return {
    issuer,
    store: describeStore(config.store),
    scopes: config.catalogue.names.length,
    ...(config.workers !== undefined && { workers: config.workers }),
    ...(tlsOrigin !== undefined && { tls: tlsOrigin }),
    ...(metricsOrigin !== undefined && { metrics: metricsOrigin }),
  }
}

/** Clients on this machine go to the issuer's port; a proxy in front is known by an issuer that is not loopback http. */
function otherPort({ issuer, port }: Listening): string | undefined {
  const url = new URL(issuer)
  const named = Number(url.port || 80)
  if (url.protocol !== 'http:' || named === port) return undefined
  return `the issuer \`${issuer}\` names port ${named}, the server listens on ${port}: clients that follow it come elsewhere`
}
