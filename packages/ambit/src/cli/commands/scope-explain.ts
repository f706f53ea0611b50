import { type Catalogue, type ScopeDefinition, type ScopeSet, textFor } from '@ambit/scope'
import { openIdScopes, type Roles } from '@ambit/server'
import type { Config } from '../../config/config.ts'
import { nearest } from '../../config/near-miss.ts'
import type { ResolvedConfig } from '../../config/resolve-config.ts'
import { openStoreToRead } from '../../store/store-to-read.ts'
import { type CliIo, exitCodes, fail, printJson, type Run } from '../command.ts'
import { readConfig } from '../open.ts'
import { bold, printFacts } from '../table.ts'
import { reachOf } from './scope.ts'

/** A client as far as its ceiling goes. */
type Holder = { readonly clientId: string; readonly scope: string }

/** One scope-token, explained. */
type Explained = {
  readonly scope: string
  readonly definition: ScopeDefinition
  readonly reaches: readonly string[]
  readonly coveredBy: readonly string[]
  readonly clients: readonly string[]
  /** Absent where the configuration has no roles: then users are not limited by any. */
  readonly roles?: readonly string[]
}

/** Tells of a scope value what it reaches, what reaches it, and which clients may have it. */
export const explainScope: Run = async (input, io) => {
  const resolved = await readConfig(input, io)
  const { catalogue } = resolved.config
  const parsed = catalogue.parse(input.argument(0))
  if (!parsed.ok) return fail(io, parsed.error.message, exitCodes.usage)
  const { scope, unknown } = parsed.value
  const holders = await listHolders(resolved)
  const explained = scope.tokens.flatMap(token => explain(resolved.config, token, holders))
  if (input.flag('json')) printJson(io, { scope: explained, unknown })
  else for (const each of explained) print(io, each)
  for (const token of unknown) io.err(`ambit: ${unknownSentence(catalogue, token)}\n`)
  return unknown.length > 0 ? exitCodes.missing : exitCodes.done
}

/** The clients of the file, and those of the store where there is one. */
async function listHolders({ config }: ResolvedConfig): Promise<readonly Holder[]> {
  if (config.store === 'memory') return config.clients
  const store = await openStoreToRead(config)
  if (!store) return config.clients
  try {
    const stored = await store.listClients()
    const declared = new Set(config.clients.map(each => each.clientId))
    return [...config.clients, ...stored.filter(each => !each.isDeclared && !declared.has(each.clientId))]
  } finally {
    await store.close()
  }
}

function explain({ catalogue, roles }: Config, token: string, holders: readonly Holder[]): readonly Explained[] {
  const definition = catalogue.definition(token)
  if (definition === undefined) return []
  const wanted = catalogue.read([token]).scope
  const covers = (held: ScopeSet) => catalogue.covers(held, wanted)
  const ceilingOf = (holder: Holder) => catalogue.read(holder.scope.split(' ').filter(each => each !== '')).scope
  return [
    {
      scope: token,
      definition,
      reaches: reachOf(catalogue, token),
      coveredBy: catalogue.names.filter(name => name !== token && covers(catalogue.read([name]).scope)),
      clients: holders.filter(holder => covers(ceilingOf(holder))).map(holder => holder.clientId),
      ...(roles && { roles: rolesThatMay(roles, definition, wanted, catalogue) }),
    },
  ]
}

function rolesThatMay(
  roles: Roles,
  { name }: ScopeDefinition,
  wanted: ScopeSet,
  catalogue: Catalogue,
): readonly string[] {
  const may = (tokens: readonly string[]) =>
    openIdScopes.includes(name) || tokens.includes(name) || catalogue.covers(catalogue.read(tokens).scope, wanted)
  return Object.keys(roles).filter(role => may(roles[role] ?? []))
}

function print(io: CliIo, { scope, definition, reaches, coveredBy, clients, roles }: Explained): void {
  const { description, resource, grantTypes, acr, accessTokenTtl, deprecated } = definition
  io.out(`${bold(io, scope)}: ${textFor(definition.title, ['en'])}\n`)
  printFacts(io, [
    ['  means', description === undefined ? undefined : textFor(description, ['en'])],
    ['  resource', resource ?? 'any'],
    ['  also reaches', reaches.join(' ') || 'nothing else'],
    ['  is reached by', coveredBy.join(' ') || 'nothing else'],
    ['  clients that may have it', clients.join(' ') || 'none'],
    ['  users that may pass it on', roles && (roles.join(' ') || 'none')],
    ['  grant types', grantTypes?.join(' ') ?? 'all'],
    ['  consent', definition.consent],
    ['  risk', definition.risk],
    ['  without `scope` in the request', definition.default ? 'granted, where the client may have it' : 'not granted'],
    ['  access token lives at most', accessTokenTtl === undefined ? undefined : `${accessTokenTtl} s`],
    ['  wants a login of', acr],
    ['  deprecated', deprecated === false ? undefined : String(deprecated)],
  ])
}

function unknownSentence(catalogue: Catalogue, token: string): string {
  const near = nearest(token, catalogue.names)
  return `unknown scope \`${token}\`${near === undefined ? '; `ambit scope list` shows which there are' : `; did you mean \`${near}\`?`}`
}
