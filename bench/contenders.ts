import { fileURLToPath } from 'node:url'
import { testKey } from './load/guarded.ts'
import type { PrepareAt } from './load/step.ts'

/** A server that takes part at some work: its name in the report and the command that starts it. */
export type Contender = {
  readonly name: string
  readonly command: readonly string[]
  /** What it does where that is not what the others do. */
  readonly prepare?: PrepareAt
}

/** What the bare server mints and whether it keeps it. */
type BareMode = 'jwt' | 'jwt-unstored' | 'opaque'

/**
 * Authorization servers: ours, oidc-provider, and the bare server in some modes, by the name under which each is reported.
 * `folder` is where one that stores may put its files; each gets a fresh one.
 */
export function authorizationServers(
  bare: Readonly<Record<string, BareMode>>,
): (folder: string) => readonly Contender[] {
  return folder => [
    { name: 'ambit', command: nodeCommand('ours/main.ts', `${folder}/ambit.sqlite`) },
    { name: 'ambit, all features', command: everything(`${folder}/everything.sqlite`) },
    { name: 'oidc-provider 9', command: nodeCommand('oidc-provider/main.ts') },
    ...Object.entries(bare).map(([name, mode], at) => ({
      name,
      command: nodeCommand('bare/main.ts', mode, `${folder}/bare-${at}.sqlite`),
    })),
  ]
}

/** Both servers with a feature, and both at the same work without it. */
export function featuredServers(without: string, prepare: PrepareAt): (folder: string) => readonly Contender[] {
  return folder => [
    { name: 'ambit', command: everything(`${folder}/with.sqlite`) },
    { name: `ambit, ${without}`, command: everything(`${folder}/without.sqlite`), prepare },
    { name: 'oidc-provider 9', command: nodeCommand('oidc-provider/main.ts') },
    { name: `oidc-provider 9, ${without}`, command: nodeCommand('oidc-provider/main.ts'), prepare },
  ]
}

function everything(path: string): readonly string[] {
  return nodeCommand('ours/main.ts', path, 'everything')
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
  return { name, command: nodeCommand(`guard/servers/${program}.ts`, testKey.jwks, mode) }
}

function nodeCommand(program: string, ...args: readonly string[]): readonly string[] {
  const path = fileURLToPath(new URL(program, import.meta.url))
  return [process.execPath, '--disable-warning=ExperimentalWarning', path, ...args]
}
