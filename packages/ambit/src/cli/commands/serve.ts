import type { Config } from '../../config/config.ts'
import { describeStore } from '../../config/database-url.ts'
import { type Override, storeOverride } from '../../config/overrides.ts'
import { listConfig, printConfig } from '../../config/print-config.ts'
import { resolveConfig } from '../../config/resolve-config.ts'
import { createLog, type Log } from '../../observe/log.ts'
import { type RunningServer, startConfigured } from '../../serve/start.ts'
import { type CliIo, type CommandInput, exitCodes, printJson, type Run } from '../command.ts'
import { isColourful } from '../table.ts'
import { untilStopped } from '../until-stopped.ts'

/** Starts the server and answers when it has stopped. */
export const serve: Run = async (input, io) => {
  const file = input.text('config')
  const resolved = await resolveConfig({
    folder: io.folder,
    environment: io.environment,
    overrides: overridesOf(input),
    ...(file !== undefined && { file }),
  })
  if (input.flag('printConfig')) {
    const lines = listConfig(resolved)
    if (input.flag('json'))
      printJson(io, Object.fromEntries(lines.map(({ path, value, from }) => [path, { value, from }])))
    else io.out(printConfig(lines))
    return exitCodes.done
  }
  const log = logFor(resolved.config, io)
  const server = await startConfigured(resolved.config, { log, environment: io.environment })
  log.say('info', `listening on ${server.origin}`, facts(resolved.config, server))
  const strange = otherPort(server)
  if (strange !== undefined) log.say('warn', strange)
  await untilStopped(io, server, log)
  return exitCodes.done
}

function overridesOf(input: CommandInput): readonly Override[] {
  const port = input.text('port')
  const values = {
    issuer: input.text('issuer'),
    port: port !== undefined && /^\d{1,15}$/.test(port) ? Number(port) : port,
    host: input.text('host'),
  }
  const simple = Object.entries(values).flatMap(([path, value]) =>
    value === undefined ? [] : [{ path, value, source: `\`--${path}\`` }],
  )
  const store = input.text('store')
  return store === undefined ? simple : [...simple, storeOverride(store, '`--store`')]
}

function logFor({ log }: Config, io: CliIo): Log {
  const automatic = io.isTerminal ? 'pretty' : 'json'
  return createLog({
    level: log.level,
    format: log.format === 'auto' ? automatic : log.format,
    isColourful: isColourful(io),
    destination: { write: line => io.out(line) },
  })
}

function facts(config: Config, { issuer, tlsOrigin, metricsOrigin }: RunningServer): Readonly<Record<string, unknown>> {
  return {
    issuer,
    store: describeStore(config.store),
    scopes: config.catalogue.names.length,
    ...(tlsOrigin !== undefined && { tls: tlsOrigin }),
    ...(metricsOrigin !== undefined && { metrics: metricsOrigin }),
  }
}

/** Clients on this machine go to the issuer's port; a proxy in front is known by an issuer that is not loopback http. */
function otherPort({ issuer, port }: RunningServer): string | undefined {
  const url = new URL(issuer)
  const named = Number(url.port || 80)
  if (url.protocol !== 'http:' || named === port) return undefined
  return `the issuer \`${issuer}\` names port ${named}, the server listens on ${port}: clients that follow it come elsewhere`
}
