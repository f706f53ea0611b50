import { randomBytes } from 'node:crypto'
import type { Log } from '../observe/log.ts'
import { createLifetime, type Lifetime } from '../serve/lifetime.ts'
import { type RunningServer, startServer } from '../serve/start.ts'
import { StartError } from '../serve/start-error.ts'
import { createApis } from './api/apis.ts'
import { createApp } from './app/app.ts'
import type { AppFetch } from './app/discovery.ts'
import { type DemoCatalogue, demoCatalogue } from './catalogue.ts'
import { type DemoSecrets, type DemoSetting, demoConfig } from './config.ts'
import { type DemoListener, openDemoListener, portVariable } from './listener.ts'
import type { Places } from './places.ts'

/** Where the demonstration runs. */
export type DemoOptions = {
  /** The first of three ports; 0 takes free ones. */
  readonly port: number
  /** The path of the SQLite file, or `memory`. */
  readonly store: string
  readonly log?: Log
  /** Where the APIs look for keys and ask about tokens, instead of at the server itself. */
  readonly between?: { readonly jwksUri: string; readonly introspectionEndpoint: string }
}

/** A demonstration that runs. */
export type Demo = {
  readonly places: Places
  readonly server: RunningServer
  readonly catalogue: DemoCatalogue
  /** With which the server was set up. */
  readonly setting: DemoSetting
  readonly close: () => Promise<void>
}

/**
 * Starts the authorization server, the APIs and the web app in this process, on loopback.
 * @throws {StartError} when a port or the store cannot be had
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const lifetime = createLifetime()
  try {
    return await start(options, lifetime)
  } catch (error) {
    await lifetime.close()
    throw error
  }
}

async function start({ port, store, log, between }: DemoOptions, lifetime: Lifetime): Promise<Demo> {
  const open = async (offset: number): Promise<DemoListener> => {
    const listener = await openDemoListener(port === 0 ? 0 : port + offset)
    lifetime.onClose(listener.close)
    return listener
  }
  const apiListener = await open(1)
  const appListener = await open(2)
  const own = { api: `http://localhost:${apiListener.port}`, app: `http://127.0.0.1:${appListener.port}` }
  const catalogue = demoCatalogue(own)
  const secrets = makeSecrets()
  const setting: DemoSetting = { places: own, port, store, secrets }
  const server = await startServer(demoConfig(catalogue, setting), log ? { log } : {}).catch(nameVariable)
  lifetime.onClose(server.close)
  const places: Places = { ...own, issuer: server.issuer }
  apiListener.serve(apisOf({ catalogue, places, secrets, server }, between))
  appListener.serve(createApp({ places, catalogue, clientSecret: secrets.app, fetch: plainFetch }))
  return { places, server, catalogue, setting, close: lifetime.close }
}

const plainFetch: AppFetch = (url, init) => fetch(url, init)

type Parts = {
  readonly catalogue: DemoCatalogue
  readonly places: Places
  readonly secrets: DemoSecrets
  readonly server: RunningServer
}

function apisOf({ catalogue, places, secrets, server }: Parts, between: DemoOptions['between']) {
  const endpoints = {
    jwksUri: server.metadata.jwks_uri,
    introspectionEndpoint: server.metadata.introspection_endpoint,
    authorizationEndpoint: server.metadata.authorization_endpoint,
    tokenEndpoint: server.metadata.token_endpoint,
  }
  if (!areThere(endpoints)) throw new Error('the server lacks an endpoint that the APIs need')
  return createApis({ catalogue, places, ...endpoints, ...between, clientSecret: secrets.api })
}

function areThere<Names extends string>(
  endpoints: Readonly<Record<Names, string | undefined>>,
): endpoints is Readonly<Record<Names, string>> {
  return Object.values(endpoints).every(endpoint => endpoint !== undefined)
}

function makeSecrets(): DemoSecrets {
  const make = () => randomBytes(24).toString('base64url')
  return { app: make(), api: make(), machine: make(), tester: make(), secondMachine: make() }
}

// the server itself knows the variable of its own port alone
function nameVariable(error: unknown): never {
  if (!(error instanceof StartError) || !isAddressInUse(error.cause)) throw error
  const words = `${error.message.split(';')[0]}; stop the program that has it, or choose others with ${portVariable}`
  throw new StartError(words, { cause: error })
}

function isAddressInUse(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
}
