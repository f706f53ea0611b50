import type { ClientRecord } from '@ambit/server'
import { exitCodes, fail, printJson, type Run } from '../command.ts'
import { withStore, withStoreToRead } from '../open.ts'
import { printFacts, printTable, printTime } from '../table.ts'

/** Lists the clients of the store. */
export const listClients: Run = (input, io) =>
  withStoreToRead(input, io, async ({ store }) => {
    const clients = (await store.listClients()).toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1))
    if (input.flag('json')) printJson(io, clients.map(publicMembers))
    else printTable(io, ['client', 'name', 'authentication', 'grant types', 'scope', 'from'], clients.map(rowOf))
    return exitCodes.done
  })

/** Shows one client, but for its secret. */
export const showClient: Run = (input, io) =>
  withStoreToRead(input, io, async ({ store }) => {
    const client = await store.findClient(input.argument(0))
    if (!client) return missing(io, input.argument(0))
    if (input.flag('json')) printJson(io, publicMembers(client))
    else printFacts(io, factsOf(client))
    return exitCodes.done
  })

/** Removes a client and everything that was issued to it. */
export const removeClient: Run = (input, io) =>
  withStore(input, io, async ({ store, clock, path }) => {
    const client = await store.findClient(input.argument(0))
    if (!client) return missing(io, input.argument(0))
    if (client.isDeclared) return declared(io, client.clientId, path)
    await store.deleteClient(client.clientId, clock.now())
    io.out(`client ${client.clientId} is removed, and everything that was issued to it\n`)
    return exitCodes.done
  })

/** Says that there is no such client. */
export function missing(io: Parameters<Run>[1], clientId: string): number {
  return fail(io, `there is no client \`${clientId}\`; \`ambit client list\` shows which there are`, exitCodes.missing)
}

/** Says that the client stands in the configuration file. */
export function declared(io: Parameters<Run>[1], clientId: string, path: string): number {
  return fail(io, `client \`${clientId}\` is declared in \`${path}\`; change it there and start the server again`)
}

/** A client as JSON for a script, without its secrets. */
export function publicMembers(client: ClientRecord): Readonly<Record<string, unknown>> {
  const { secretHashes, sealedSecret: _sealed, ...members } = client
  return { ...members, secrets: secretHashes.length }
}

function rowOf(client: ClientRecord): readonly string[] {
  const { clientId, name, authenticationMethod, grantTypes, scope, isDeclared } = client
  return [clientId, name, authenticationMethod, grantTypes.join(' '), scope, isDeclared ? 'file' : 'store']
}

function factsOf(client: ClientRecord): readonly (readonly [string, string | undefined])[] {
  return [
    ['client', client.clientId],
    ['name', client.name],
    ['uri', client.uri],
    ['type', client.applicationType],
    ['authentication', client.authenticationMethod],
    ['secrets', client.secretHashes.length > 0 ? String(client.secretHashes.length) : undefined],
    ['redirect URIs', client.redirectUris.join(' ')],
    ['after logout', client.postLogoutRedirectUris.join(' ')],
    ['keys', client.jwksUri ?? (client.jwks && `${client.jwks.keys.length} given`)],
    ['grant types', client.grantTypes.join(' ')],
    ['response types', client.responseTypes.join(' ')],
    ['scope, at most', client.scope],
    ['scope, by default', client.defaultScope],
    ['scope, mandatory', client.mandatoryScope],
    ['introspects', client.introspects.join(' ')],
    ['subjects', client.subjectType],
    ['metadata', client.metadata && JSON.stringify(client.metadata)],
    ['from', client.isDeclared ? 'configuration file' : 'store'],
    ['since', printTime(client.createdAt)],
  ]
}
