// RFC 8414 §3, OpenAPI 3.2 §4.8
import type { AnyPolicy } from '@ambit/policy'
import {
  type ApiTarget,
  type ClientUnderTest,
  documentOfRoutes,
  fetchMetadata,
  type IntrospectionControl,
  type PlayedServer,
  type PowerLevel,
  readApi,
  recognizeProvider,
  type Send,
  type ServedKeySet,
  type ServerTarget,
  type Target,
} from '@ambit/tester'
import { ConfigError } from '../config/config-error.ts'
import { type ApiDocument, loadApiDocument } from '../openapi/load-api-document.ts'
import { loadPolicy } from '../policy/load-policy.ts'
import { type ApiSettings, isUrl } from './check-api.ts'
import { nearestPath, type OpenedCode, openCode, openObserved } from './open-code.ts'
import type { TestConfig } from './test-config.ts'

/** What a run may do and is about, beside the configuration. */
export type Extent = {
  readonly mayWrite: boolean
  /** Tries what is about a guard on each operation, not on one of each guard. */
  readonly isEveryOperation: boolean
  /** Tests the authorization server itself, too. */
  readonly isServerTested: boolean
  /** Only what is found by reading. */
  readonly isStatic: boolean
  /** Asks nobody for metadata. */
  readonly isOffline: boolean
}

/** What the tester puts between the API and its server. */
export type Between = {
  readonly keySet?: ServedKeySet
  readonly introspection?: IntrospectionControl
  /** The authorization server that is played for a client under test. */
  readonly played?: PlayedServer
}

/** What it takes to know a target. */
export type TargetParts = {
  /** Where the user is: places in files are told from here. */
  readonly folder: string
  readonly send: Send
  readonly extent: Extent
  /** The API's policy, where no module has it. */
  readonly policy?: AnyPolicy
}

/** A target, and what people should know of it. */
export type OpenedTarget = { readonly target: Target; readonly notes: readonly string[] }

/** The authorization server could not be asked what it is. */
class ServerUnavailable extends Error {
  override readonly name = 'ServerUnavailable'
}

/**
 * Reads the API's document, its policy and the metadata of the server.
 * @throws {ConfigError} where document or policy cannot be used
 * @throws {ServerUnavailable} where the server gives no metadata
 */
export async function openTarget(config: TestConfig, parts: TargetParts): Promise<OpenedTarget> {
  const { extent } = parts
  const api = config.api && (await openApi(config.api, parts))
  const server = config.server && (await openServer(config.server, parts))
  const testIssuer = config.testIssuer?.issuer
  const target: Target = {
    ...(api && { api: api.target }),
    ...(server && { server: server.target }),
    ...(testIssuer && { testIssuer }),
    levels: levelsOf(config, parts),
    mayWrite: extent.mayWrite,
    depth: extent.isEveryOperation ? 'operation' : 'guard',
  }
  return { target, notes: [...(api?.notes ?? []), ...(server?.notes ?? [])] }
}

/** The same target with what stands between API and server. */
export function withBetween(
  target: Target,
  { keySet, introspection, played }: Between,
  config: Pick<TestConfig, 'clientUnderTest'>,
): Target {
  const { api, testIssuer } = target
  return {
    ...target,
    ...(api && introspection && { api: { ...api, introspection } }),
    ...(config.clientUnderTest && played && { client: clientOf(config.clientUnderTest, played) }),
    ...(testIssuer && keySet && { testIssuer: { ...testIssuer, keySet } }),
  }
}

function clientOf(
  { title, startUrl, callback, clientId, calls }: NonNullable<TestConfig['clientUnderTest']>,
  server: PlayedServer,
): ClientUnderTest {
  return { title: title ?? clientId, startUrl, callback, clientId, server, ...(calls && { calls }) }
}

function levelsOf(
  { api, server, testIssuer, clientUnderTest }: TestConfig,
  { extent: { isStatic }, policy }: TargetParts,
): ReadonlySet<PowerLevel> {
  if (isStatic) return new Set(['S'])
  const held: readonly (PowerLevel | undefined)[] = [
    api && 'S',
    // who makes any token needs no server for a good one
    testIssuer || clientUnderTest || (server && server.clients.length > 0) ? 'L0' : undefined,
    testIssuer && 'L1',
    (api?.policy ?? policy) && 'L2',
  ]
  return new Set(held.filter(level => level !== undefined))
}

async function openApi(settings: ApiSettings, { folder, policy: given }: TargetParts) {
  const { openapi, code: program, observed: recordings, policy: place, objects, mostPerScope, holders } = settings
  const code = program && (await openCode(program, folder))
  const observed = recordings && (await openObserved(recordings, folder))
  const name = openapi === undefined || isUrl(openapi) ? (openapi ?? 'the code') : nearestPath(openapi, folder)
  const loaded = openapi === undefined ? loadedFrom(code) : await loadApiDocument(name, { folder })
  const policy = place ? await loadPolicy({ folder, file: place.file, exportName: place.exportName }) : given
  const { api, problems, notes } = readApi(loaded.document, {
    ...settings.reading,
    ...(policy && { catalogue: policy.model.catalogue }),
    file: loaded.location,
    locate: loaded.locate,
    loading: loaded.problems,
    ...(loaded.documentUrl !== undefined && { documentUrl: loaded.documentUrl }),
  })
  const fatal = problems.filter(({ severity, pointer }) => severity === 'error' && isFatal(pointer))
  if (fatal.length > 0 || api.operations.length === 0)
    throw new ConfigError(
      fatal.length > 0
        ? fatal.map(({ pointer, message }) => ({ path: pointer, message }))
        : [{ path: '', message: 'no operation was found in it' }],
      `\`${name}\``,
    )
  const target: ApiTarget = {
    ...api,
    ...(policy && { policy: policy.model }),
    ...(objects && { objects }),
    ...(mostPerScope !== undefined && { mostPerScope }),
    ...(code && openapi !== undefined && { routes: code.routes, areRoutesComplete: code.isComplete }),
    ...(observed && { observedCalls: observed.clients }),
    ...(holders.length > 0 && { holders }),
  }
  const told = problems.map(({ pointer, message }) => {
    const { file, line } = loaded.locate(pointer)
    return `${line === undefined ? `${file}${pointer}` : `${file}:${line}`}: ${message}`
  })
  return { target, notes: [...notes, ...told, ...(code?.notes ?? []), ...(observed?.notes ?? [])] }
}

/** What is loaded where there is only code. */
function loadedFrom(code: OpenedCode | undefined): ApiDocument {
  const { document, locate } = documentOfRoutes(code?.routes ?? [], 'The API of the code')
  return { location: 'the code', document, locate, problems: [] }
}

/** What is wrong in one operation does not keep the others from being tested. */
function isFatal(pointer: string): boolean {
  return pointer === '' || pointer === '/servers' || pointer.startsWith('configuration: ')
}

async function openServer(
  { issuer, clients, users, registrationToken }: NonNullable<TestConfig['server']>,
  { send, extent }: TargetParts,
): Promise<{ readonly target: ServerTarget; readonly notes: readonly string[] }> {
  const found = extent.isOffline || extent.isStatic ? unasked : await fetchMetadata(issuer, { send })
  if (found.kind === 'unavailable') throw new ServerUnavailable(found.reason)
  const { metadata, notes } = found
  const provider = recognizeProvider(metadata, issuer)
  const known = { issuer, metadata, provider, clients, users, isUnderTest: extent.isServerTested }
  const target = { ...known, ...(registrationToken && { registrationToken }) }
  return { target, notes: [...notes, ...notesOnUsers({ clients, users })] }
}

const grantsOfUsers = [
  'authorization_code',
  'implicit',
  'password',
  'urn:ietf:params:oauth:grant-type:device_code',
] as const

function notesOnUsers({ clients, users }: Pick<ServerTarget, 'clients' | 'users'>): readonly string[] {
  const canLogIn = clients.some(({ grantTypes }) => grantsOfUsers.some(grant => grantTypes.includes(grant)))
  if (users.length === 0 || canLogIn) return []
  return ['users are configured, but no client that they could log in to: give one its `redirectUris`']
}

const unasked = { kind: 'metadata', metadata: {}, notes: [] } as const
