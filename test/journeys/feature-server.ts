import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AmbitServer, createServer } from '@ambit/server'
import { nodeHandler } from '../../packages/ambit/src/edge/node.ts'
import { nodeServerOptions } from '../../packages/ambit/src/edge/node-server-options.ts'
import { createPages } from '../../packages/ambit/src/pages/pages.ts'
import { systemClock } from '../../packages/ambit/src/serve/clock.ts'
import { testWorld, type WorldOverrides } from '../../packages/server/src/testing/world.ts'
import { consent, logIn } from '../attacks/target.ts'
import { type BrowserLike, openBrowser } from './browser-like.ts'
import { openJourneyStore } from './journey-store.ts'

/** A server with features, with the clients and users of the test world, the time of day and real pages, behind `node:http`. */
export type FeatureServer = {
  readonly issuer: string
  readonly server: AmbitServer
  readonly openBrowser: () => BrowserLike
  readonly close: () => Promise<void>
}

/** Starts the server on a free port of loopback. */
export async function startWithFeatures(overrides: WorldOverrides): Promise<FeatureServer> {
  const http = createHttpServer(nodeServerOptions)
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const issuer = `http://localhost:${port}`
  const kept = await openJourneyStore()
  const world = await testWorld({ issuer, clock: systemClock(), pages: createPages(), ...kept, ...overrides })
  const server = createServer(world.options)
  http.on('request', nodeHandler(server.handle))
  const close = async () => {
    http.closeAllConnections()
    await new Promise<void>(resolve => http.close(() => resolve()))
    await kept.store?.close()
  }
  return { issuer, server, close, openBrowser: () => openBrowser(fetch, [issuer]) }
}

/** Alice opens an authorization URL, logs in and allows what is asked; answers where the browser leaves to. */
export async function approveAsAlice(browser: BrowserLike, url: URL | string): Promise<URL> {
  let landing = await browser.open(url)
  if (landing.left === undefined && landing.url.pathname === '/login') landing = await logIn(browser, landing)
  if (landing.left === undefined && landing.url.pathname === '/consent') landing = await consent(browser, landing)
  if (landing.left === undefined) throw new Error(`the browser stays at ${landing.url.href}:\n${landing.html}`)
  return landing.left
}
