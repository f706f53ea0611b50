import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createSecretLedger,
  type IssuerKey,
  makeKeyPair,
  type PowerLevel,
  type RunClock,
  type RunRecord,
  systemClock,
} from '@ambit/tester'
import { defineConfig, startServer } from 'ambit'
import { listen } from '../../../packages/ambit/src/serve/listen.ts'
import type { TestDeclaration } from '../../../packages/ambit/src/tester/declaration.ts'
import { openIntrospectionRelay } from '../../../packages/ambit/src/tester/introspection-relay.ts'
import { openKeySet } from '../../../packages/ambit/src/tester/key-set-server.ts'
import { openTest } from '../../../packages/ambit/src/tester/open-test.ts'
import { runTest } from '../../../packages/ambit/src/tester/run-test.ts'
import { checkTestConfig } from '../../../packages/ambit/src/tester/test-config.ts'
import { type Description, describeNotes } from './notes.ts'
import { jwtResource, type MakeApi, opaqueResource, type Setting, scopes } from './setting.ts'

/** What is told of an API beside its document, and which cases are run. */
export type Trial = {
  readonly api: MakeApi
  readonly resource?: typeof jwtResource | typeof opaqueResource
  readonly level?: Extract<PowerLevel, 'L0' | 'L1'>
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  readonly apiKey?: Readonly<Record<string, string>>
  readonly declaration?: Partial<TestDeclaration>
}

/** An authorization server of this house, and a way to test APIs that trust it. */
export type ForeignWorld = {
  readonly run: (trial: Trial) => Promise<RunRecord>
  readonly close: () => Promise<void>
}

const secret = 'a secret of the foreign APIs'
const everything = [...Object.values(scopes[jwtResource]), ...Object.values(scopes[opaqueResource])]
const people = { ada: 'a password of ada', grace: 'a password of grace' } as const

function configOf(store: string) {
  const scopesOf = (resource: keyof typeof scopes) =>
    Object.values(scopes[resource]).map(name => [name, { title: name, resource }] as const)
  return defineConfig({
    port: 0,
    store,
    log: { level: 'silent' },
    resources: [
      { resource: jwtResource, name: 'Notes', tokenFormat: 'jwt' },
      { resource: opaqueResource, name: 'Depot', tokenFormat: 'opaque' },
      { resource: elsewhere, name: 'Elsewhere', tokenFormat: 'jwt' },
    ],
    catalogue: { scopes: Object.fromEntries([...scopesOf(jwtResource), ...scopesOf(opaqueResource)]) },
    clients: [
      {
        clientId: 'tester',
        secret,
        applicationType: 'native',
        grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
        redirectUris: ['http://127.0.0.1/callback'],
        scope: ['openid', 'offline_access', ...everything],
      },
      { clientId: 'robot', secret, scope: everything },
      { clientId: 'api', secret, grantTypes: [], scope: [], introspects: [jwtResource, opaqueResource] },
    ],
    users: Object.entries(people).map(([username, password]) => ({ userId: username, username, password })),
  })
}

const elsewhere = 'https://api.example/elsewhere'

function makeKeys(): readonly [IssuerKey, ...IssuerKey[]] {
  const ledger = createSecretLedger()
  const key = (kid: string, alg: string, role: IssuerKey['role']) => ({ kid, alg, role, key: makeKeyPair(alg, ledger) })
  return [
    key('own-signing', 'ES256', 'signing'),
    key('own-encryption', 'ES256', 'encryption'),
    key('own-retired', 'ES256', 'retired'),
    key('own-rsa', 'RS256', 'other_alg'),
  ]
}

/** Starts the server, and what stands between it and the APIs. */
export async function openForeignWorld(): Promise<ForeignWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-foreign-'))
  const server = await startServer(configOf('memory'), { directory: folder })
  const keys = makeKeys()
  const keySet = await openKeySet({ keys }, 0)
  const relay = await openIntrospectionRelay(0)
  keySet.include(String(server.metadata.jwks_uri))
  relay.lead(String(server.metadata.introspection_endpoint))
  const setting: Setting = {
    issuer: server.origin,
    jwksUri: keySet.url,
    introspection: { endpoint: relay.url, clientId: 'api', clientSecret: secret },
  }
  return {
    run: async trial => {
      const { listener, close } = await trial.api(setting)
      const listening = createServer(listener)
      const port = await listen(listening, { port: 0, host: '127.0.0.1', setting: 'nothing' })
      try {
        const declaration = declarationOf(trial, { folder, port, issuer: server.origin, keys })
        return await test(declaration, trial, { folder, between: { keySet, introspection: relay } })
      } finally {
        listening.closeAllConnections()
        listening.close()
        await close?.()
      }
    },
    close: async () => {
      await relay.close()
      await keySet.close()
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Parts = {
  readonly folder: string
  readonly port: number
  readonly issuer: string
  readonly keys: readonly IssuerKey[]
}

function declarationOf(trial: Trial, { folder, port, issuer, keys }: Parts): TestDeclaration {
  const { resource = jwtResource, level = 'L1', apiKey, declaration = {} } = trial
  const [keyName] = Object.keys(apiKey ?? {})
  const description: Description = { ...scopes[resource], ...(keyName !== undefined && { apiKey: keyName }) }
  const openapi = join(folder, `notes-${port}.json`)
  writeFileSync(openapi, JSON.stringify(describeNotes(description)))
  const key = ({ kid, alg, role, key: { privateJwk } }: IssuerKey) => ({ kid, alg, role, key: privateJwk.reveal() })
  return {
    api: {
      openapi,
      baseUrl: `http://127.0.0.1:${port}`,
      resources: { '/': resource },
      otherResource: elsewhere,
      ...(apiKey && { headers: apiKey, checkedByApi: ['key'] }),
      ...declaration.api,
    },
    issuer,
    clients: [
      {
        clientId: 'tester',
        secret,
        redirectUris: ['http://127.0.0.1/callback'],
        grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
        scope: ['openid', 'offline_access', ...everything],
      },
      { clientId: 'robot', secret, scope: everything },
      { clientId: 'api', secret, grantTypes: [], scope: [], mayIntrospect: true },
    ],
    users: [
      { username: 'ada', password: people.ada, owns: { note: ['1', '3'], ...callsOf('1', '3') } },
      { username: 'grace', password: people.grace, owns: { note: ['2', '4'], ...callsOf('2', '4') } },
    ],
    ...(level === 'L1' && {
      testIssuer: { issuer, keys: keys.map(key), subjects: { users: ['ada', 'grace'], clients: ['tester', 'robot'] } },
    }),
  }
}

function callsOf(kept: string, removed: string): Readonly<Record<string, readonly string[]>> {
  return { 'GET /notes/{id}': [kept], 'DELETE /notes/{id}': [removed] }
}

type Surroundings = {
  readonly folder: string
  readonly between: NonNullable<Parameters<typeof openTest>[0]['between']>
}

/** How much less is waited. */
export const haste = 20

/** Time itself goes as it goes, but nobody waits longer than a twentieth. */
const hurried: RunClock = {
  now: systemClock.now,
  after: (milliseconds, ring) => systemClock.after(milliseconds / haste, ring),
}

async function test(
  declaration: TestDeclaration,
  { only = ['RS'], skip = ['RS-PRF'], level = 'L1' }: Trial,
  { folder, between }: Surroundings,
): Promise<RunRecord> {
  const config = checkTestConfig(declaration, { environment: {}, directory: folder })
  const extent = { mayWrite: true, isEveryOperation: false, isServerTested: false, isStatic: false, isOffline: false }
  const { introspection } = between
  const held = level === 'L1' ? between : introspection ? { introspection } : {}
  const opened = await openTest({ config, folder, extent, selection: { only, skip }, isDryRun: false, between: held })
  const never = new AbortController().signal
  try {
    const { record } = await runTest(opened, {
      config,
      provenHosts: new Set(),
      environment: {},
      version: 'test',
      onEvent: () => {},
      signal: never,
      abandon: never,
      clock: hurried,
    })
    return record
  } finally {
    await opened.close()
  }
}
