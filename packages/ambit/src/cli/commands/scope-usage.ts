import type { Catalogue } from '@ambit/scope'
import { type ClientRecord, openIdScopes, type ScopeUsageRecord, type Store } from '@ambit/server'
import { exitCodes, fail, printJson, type Run } from '../command.ts'
import { withStoreToRead } from '../open.ts'
import { printTable, printTime } from '../table.ts'

/** One scope that a client may use, and what it did with it. */
type Granted = {
  readonly clientId: string
  readonly scope: string
  readonly isInCeiling: boolean
  /** How many users granted it to the client. */
  readonly users: number
  readonly count: number
  readonly firstUsedAt?: number
  readonly lastUsedAt?: number
}

/** Tells of each scope that a client was granted how often APIs let it in by it; scopes of OpenID Connect open no API and are left out. */
export const showUsage: Run = (input, io) =>
  withStoreToRead(input, io, async ({ store, config: { catalogue } }) => {
    const named = input.text('client')
    const clients = (await store.listClients()).filter(each => named === undefined || each.clientId === named)
    if (named !== undefined && clients.length === 0)
      return fail(io, `there is no client \`${named}\`; \`ambit client list\` shows which there are`, exitCodes.missing)
    const grants = await countGrants(store)
    const granted = await Promise.all(
      clients.map(async client => {
        const usage = await store.listScopeUsage(client.clientId)
        return grantedTo(client, { catalogue, usage, users: grants.get(client.clientId) ?? new Map() })
      }),
    )
    const shown = granted.flat().filter(each => !input.flag('unused') || each.count === 0)
    if (input.flag('json')) printJson(io, shown)
    else printTable(io, ['client', 'scope', 'ceiling', 'granted by', 'uses', 'first', 'last'], shown.map(rowOf))
    return exitCodes.done
  })

type UserCounts = ReadonlyMap<string, number>

/** How many users granted each scope, by client. */
async function countGrants(store: Store): Promise<ReadonlyMap<string, UserCounts>> {
  const counts = new Map<string, Map<string, number>>()
  for (const { userId } of await store.listUsers())
    for (const { clientId, scopes } of await store.listGrants(userId)) {
      const ofClient = counts.get(clientId) ?? new Map<string, number>()
      counts.set(clientId, ofClient)
      for (const { token } of scopes) ofClient.set(token, (ofClient.get(token) ?? 0) + 1)
    }
  return counts
}

function grantedTo(
  { clientId, scope }: ClientRecord,
  known: { readonly catalogue: Catalogue; readonly usage: readonly ScopeUsageRecord[]; readonly users: UserCounts },
): readonly Granted[] {
  const { catalogue, usage, users } = known
  const ceiling: ReadonlySet<string> = new Set(scope.split(' ').filter(token => token !== ''))
  const tokens = [...new Set([...ceiling, ...users.keys()])].filter(token => !openIdScopes.includes(token))
  return tokens.map(token => ({
    clientId,
    scope: token,
    isInCeiling: ceiling.has(token),
    users: users.get(token) ?? 0,
    ...sumOf(usage.filter(each => isUseOf(catalogue, token, each.scope))),
  }))
}

/** A scope was used where an API asked for it or for anything that it covers. */
function isUseOf(catalogue: Catalogue, token: string, used: string): boolean {
  const { scope: held } = catalogue.read([token])
  const { scope: needed, unknown } = catalogue.read([used])
  if (catalogue.definition(token)?.name === used || catalogue.everyInstance(held).includes(used)) return true
  return unknown.length === 0 && catalogue.covers(held, needed)
}

function sumOf(usage: readonly ScopeUsageRecord[]): Pick<Granted, 'count' | 'firstUsedAt' | 'lastUsedAt'> {
  if (usage.length === 0) return { count: 0 }
  return {
    count: usage.reduce((sum, each) => sum + each.count, 0),
    firstUsedAt: Math.min(...usage.map(each => each.firstUsedAt)),
    lastUsedAt: Math.max(...usage.map(each => each.lastUsedAt)),
  }
}

function rowOf({ clientId, scope, isInCeiling, users, count, firstUsedAt, lastUsedAt }: Granted): readonly string[] {
  const [first, last] = [firstUsedAt, lastUsedAt].map(at => (at === undefined ? 'never' : printTime(at)))
  const by = users === 0 ? 'nobody' : `${users} user${users === 1 ? '' : 's'}`
  return [clientId, scope, isInCeiling ? 'yes' : 'no', by, String(count), first ?? '', last ?? '']
}
