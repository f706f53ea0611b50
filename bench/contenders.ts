import { fileURLToPath } from 'node:url'
import { testKey } from './load/guarded.ts'
import type { PrepareAt } from './load/step.ts'

/** Where a server may store: a fresh folder of its own, and databases of the run's PostgreSQL. */
export type Place = { readonly folder: string; readonly createDatabase: () => Promise<string> }

/** The command that starts a program. */
type Command = readonly string[]

/** A server that takes part at some work: its name in the report and the command that starts it. */
export type Contender = {
  readonly name: string
  readonly command: (place: Place) => Command | Promise<Command>
  /** What it does where that is not what the others do. */
  readonly prepare?: PrepareAt
  /** Whether it stores in PostgreSQL. */
  readonly hasDatabase?: boolean
}

/** What the bare server mints and whether it keeps it. */
type BareMode = 'jwt' | 'jwt-unstored' | 'opaque'

const memoryProvider: Contender = { name: 'oidc-provider 9', command: () => nodeCommand('oidc-provider/main.ts') }

/**
 * Authorization servers: ours and oidc-provider, each without and with PostgreSQL, and the bare server in some modes, by
 * the name under which each is reported.
 */
export function authorizationServers(bare: Readonly<Record<string, BareMode>>): readonly Contender[] {
  return [
    { name: 'ambit', command: ours },
    { name: 'ambit, PostgreSQL', command: oursOnPostgres, hasDatabase: true },
    { name: 'ambit, all features', command: everything },
    memoryProvider,
    { name: 'oidc-provider 9, PostgreSQL', command: providerWith(1), hasDatabase: true },
    ...Object.entries(bare).map(([name, mode]) => ({
      name,
      command: ({ folder }: Place) => nodeCommand('bare/main.ts', mode, `${folder}/bare.sqlite`),
    })),
  ]
}

/** Servers by the number of their workers. */
export function workersAtWork(): readonly Contender[] {
  return [
    { name: 'ambit', command: oursWith(1) },
    { name: 'ambit, two workers', command: oursWith(2) },
    { name: 'ambit, PostgreSQL', command: oursOnPostgresWith(1), hasDatabase: true },
    { name: 'ambit, PostgreSQL, two workers', command: oursOnPostgresWith(2), hasDatabase: true },
    { name: 'oidc-provider 9, PostgreSQL', command: providerWith(1), hasDatabase: true },
    { name: 'oidc-provider 9, PostgreSQL, two', command: providerWith(2), hasDatabase: true },
  ]
}

/** Both servers with a feature, and both at the same work without it. */
export function featuredServers(without: string, prepare: PrepareAt): readonly Contender[] {
  return [
    { name: 'ambit', command: everything },
    { name: `ambit, ${without}`, command: everything, prepare },
    memoryProvider,
    { ...memoryProvider, name: `oidc-provider 9, ${without}`, prepare },
  ]
}

function ours({ folder }: Place): Command {
  return nodeCommand('ours/main.ts', `${folder}/ambit.sqlite`)
}

function everything({ folder }: Place): Command {
  return nodeCommand('ours/main.ts', `${folder}/ambit.sqlite`, 'everything')
}

async function oursOnPostgres({ createDatabase }: Place): Promise<Command> {
  return nodeCommand('ours/main.ts', await createDatabase())
}

/** As an operator starts it, by `ambit serve --workers`. */
function oursWith(workers: number): Contender['command'] {
  return ({ folder }) => nodeCommand('ours/workers/main.ts', `${folder}/ambit.sqlite`, String(workers), folder)
}

function oursOnPostgresWith(workers: number): Contender['command'] {
  return async ({ folder, createDatabase }) =>
    nodeCommand('ours/workers/main.ts', await createDatabase(), String(workers), folder)
}

function providerWith(workers: number): Contender['command'] {
  return async ({ createDatabase }) => nodeCommand('oidc-provider/main.ts', await createDatabase(), String(workers))
}

/** APIs that check a token in front of one answer; `remembers` takes those peers that keep what they have verified. */
export function guardedApis(remembers: boolean): readonly Contender[] {
  return [
    guarded('ambit', 'ambit', 'node'),
    guarded('ambit on Express', 'ambit', 'express'),
    guarded('ambit on Fastify', 'ambit', 'fastify'),
    guarded(remembers ? 'bare, remembering' : 'bare check', 'bare', remembers ? 'remember' : 'check'),
    guarded('express-oauth2-jwt-bearer', 'express-peers', 'auth0'),
    guarded('jose on Express', 'express-peers', 'jose'),
    guarded('fast-jwt on Fastify', 'fastify-peers', remembers ? 'fast-jwt-cache' : 'fast-jwt'),
    guarded('no guard, node:http', 'bare', 'open'),
    guarded('no guard, Express', 'express-peers', 'open'),
    guarded('no guard, Fastify', 'fastify-peers', 'open'),
  ]
}

function guarded(name: string, program: string, mode: string): Contender {
  return { name, command: () => nodeCommand(`guard/servers/${program}.ts`, testKey.jwks, mode) }
}

function nodeCommand(program: string, ...args: readonly string[]): Command {
  const path = fileURLToPath(new URL(program, import.meta.url))
  return [process.execPath, '--disable-warning=ExperimentalWarning', path, ...args]
}
