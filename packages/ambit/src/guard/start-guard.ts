// RFC 9110, RFC 9112, RFC 9728 §3
import { createServer, type RequestListener, type Server } from 'node:http'
import { type HttpRequest, type HttpResponse, json, splitTarget } from '@ambit/protocol'
import { addressesWithin } from '@ambit/resource'
import { answer } from '@ambit/resource/node'
import { nodeServerOptions } from '../edge/node-server-options.ts'
import type { Log } from '../observe/log.ts'
import { listen } from '../serve/listen.ts'
import { runtimeTimer, type StartTimer } from './expiry.ts'
import { forwardAuth, listenerOf } from './forward-auth.ts'
import type { GuardConfig } from './guard-config.ts'
import { type OpenedDocument, type OpenedGate, openGate } from './open-gate.ts'
import { openProxy, type ProxyContext, proxyListener } from './reverse-proxy.ts'
import { asksForWebSocket, openTunnels, type Tunnels } from './upgrade.ts'

/** What a program that embeds a guard may bring along. */
export type StartGuardOptions = {
  readonly log: Log
  /** Seconds since the epoch. */
  readonly now?: () => number
  readonly timer?: StartTimer
}

/** A guard that runs. */
export type RunningGuard = {
  /** Where it listens, as a URL without a path. */
  readonly origin: string
  readonly port: number
  /** Stops accepting and lets requests that are under way end; what has not ended after ten seconds is cut off. Reports what was counted. */
  readonly close: () => Promise<void>
}

// a body may take longer than the requests of an authorization server
const bodyTimeout = 300_000
const patience = 10_000
const betweenLooks = 50

/**
 * Starts a guard in front of an API.
 * @throws {StartError} when the address cannot be had
 */
export async function startGuard(
  config: GuardConfig,
  document: OpenedDocument,
  options: StartGuardOptions,
): Promise<RunningGuard> {
  const opened = openGate(config, document, reason => options.log.say('warn', reason))
  const state = { isClosing: false }
  const proxy = proxyOf(config, opened, options)
  const tunnels = proxy && openTunnels(proxy)
  const behind = proxy ? proxyListener(proxy) : askedListener(config, opened, options.log)
  const front = frontOf(opened, state, { behind, isProxy: proxy !== undefined })
  const server = createServer(
    {
      ...nodeServerOptions,
      requestTimeout: bodyTimeout,
      maxHeaderSize: 32_768,
      shouldUpgradeCallback: incoming => tunnels !== undefined && asksForWebSocket(incoming),
    },
    front,
  )
  if (tunnels) server.on('upgrade', tunnels.listener)
  const port = await listen(server, { port: config.port, host: config.host, setting: '--listen' })
  const shown = config.host.includes(':') ? `[${config.host}]` : config.host
  return {
    origin: `http://${shown}:${port}`,
    port,
    close: async () => {
      state.isClosing = true
      await closeServer(server, tunnels)
      proxy?.agent.destroy()
      await opened.usage.close()
    },
  }
}

function proxyOf(config: GuardConfig, { gate }: OpenedGate, options: StartGuardOptions): ProxyContext | undefined {
  const { upstream, keepAuthorization, maxBodyLength, timeout, trust } = config
  if (upstream === undefined) return undefined
  const { log, now = () => Date.now() / 1000, timer = runtimeTimer } = options
  return openProxy({
    gate,
    log,
    upstream,
    keepsAuthorization: keepAuthorization,
    maxBodyLength,
    timeout: timeout * 1000,
    isTrusted: addressesWithin(trust),
    now,
    timer,
  })
}

function askedListener({ proxy, trust }: GuardConfig, { gate }: OpenedGate, log: Log): RequestListener {
  return listenerOf(forwardAuth({ gate, proxy, isTrusted: addressesWithin(trust), log }), log)
}

type Behind = { readonly behind: RequestListener; readonly isProxy: boolean }

/** Answers the two requests that are for the guard itself; an operation of the API at the same path goes before. */
function frontOf(
  opened: OpenedGate,
  state: { readonly isClosing: boolean },
  { behind, isProxy }: Behind,
): RequestListener {
  return (incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming
    const target = { method, ...splitTarget(url) }
    const isOurs = !isProxy || opened.routes.find(method, target.path).kind === 'unknown_path'
    const own = isOurs ? (opened.metadata?.serve(target) ?? health(target, state.isClosing)) : undefined
    if (own === undefined) behind(incoming, outgoing)
    else answer(outgoing, own)
  }
}

function health({ path }: Pick<HttpRequest, 'path'>, isClosing: boolean): HttpResponse | undefined {
  if (path !== '/healthz') return undefined
  return json(isClosing ? 503 : 200, { status: isClosing ? 'closing' : 'ok' }, { 'cache-control': 'no-store' })
}

function closeServer(server: Server, tunnels: Tunnels | undefined): Promise<void> {
  return new Promise(resolve => {
    const cutOff = setTimeout(() => server.closeAllConnections(), patience).unref()
    const letGo = setInterval(() => server.closeIdleConnections(), betweenLooks).unref()
    server.close(() => {
      clearTimeout(cutOff)
      clearInterval(letGo)
      resolve()
    })
    tunnels?.closeAll()
    server.closeIdleConnections()
  })
}
