import { isDeepStrictEqual } from 'node:util'
import {
  type ClientRecord,
  type Clock,
  type Crypto,
  foldUsername,
  type Observe,
  type Passwords,
  type Store,
  type UserId,
  type UserRecord,
} from '@ambit/server'
import type { Config, DeclaredClient, DeclaredUser } from '../config/config.ts'
import { parseUserId } from '../config/ids.ts'
import { StartError } from './start-error.ts'

/** What the declared clients and users are stored with. */
export type DeclareWorld = {
  readonly store: Store
  readonly clock: Clock
  readonly crypto: Crypto
  readonly passwords: Passwords
  readonly observe: Observe
  /**
   * Whether every node that serves with this store has this configuration. Where one has another, what is declared there may
   * be what is not declared here.
   */
  readonly isAgreed: () => Promise<boolean>
}

/**
 * Makes the store say what the configuration file says: declared clients and users are added or changed, and those that
 * the file declared before and no longer declares are removed, as soon as no node runs with another configuration. What the
 * command line added stays.
 * @returns whether nothing is left to be removed
 * @throws {StartError} when a declared username or user id belongs to another user, or one identifier to a client and a user
 */
export async function storeDeclared(config: Pick<Config, 'clients' | 'users'>, world: DeclareWorld): Promise<boolean> {
  const isDone = await removeUndeclared(config, world)
  for (const client of config.clients) await storeClient(client, world)
  const names = usernamesOf(config)
  for (const user of config.users) await storeUser(user, { ...world, names })
  return isDone
}

async function storeClient(declared: DeclaredClient, { store, clock }: DeclareWorld): Promise<void> {
  const known = await store.findClient(declared.clientId)
  const record: ClientRecord = { ...declared, isDeclared: true, createdAt: known?.createdAt ?? clock.now() }
  if (isDeepStrictEqual(record, known)) return
  if (!(await store.saveClient(record)))
    throw new StartError(
      `\`${declared.clientId}\` is the id of a user already; a client needs another (RFC 9700 §4.15)`,
    )
}

/** With the usernames that the file declares, folded. */
type UserWorld = DeclareWorld & { readonly names: ReadonlySet<string> }

function usernamesOf({ users }: Pick<Config, 'users'>): ReadonlySet<string> {
  return new Set(users.map(each => foldUsername(each.username)))
}

async function storeUser(declared: DeclaredUser, world: UserWorld): Promise<void> {
  const { store, clock } = world
  const named = await store.findUserByName(declared.username)
  const userId = await idFor(declared, named, world)
  const known = named ?? (await store.findUser(userId))
  const passwordHash = await hashFor(declared, known, world)
  const { credential: _credential, ...members } = declared
  const isSamePassword = known?.passwordHash === passwordHash
  const record: UserRecord = {
    ...members,
    userId,
    passwordHash,
    passwordChangedAt: isSamePassword ? known.passwordChangedAt : clock.now(),
    ...(known?.oneTimeCode && { oneTimeCode: known.oneTimeCode }),
    isDeclared: true,
    createdAt: known?.createdAt ?? clock.now(),
  }
  if (isDeepStrictEqual(record, known)) return
  if (!(await store.saveUser(record))) {
    // another node that starts may have been first with the same declaration
    if (!known && (await store.findUserByName(declared.username))?.isDeclared) return storeUser(declared, world)
    throw new StartError(`the username \`${declared.username}\` belongs to another user, or their id to a client`)
  }
  if (!known || isSamePassword) return
  await store.deleteSessionsOf(record.userId)
  await store.revokeFamilies({ userId: record.userId }, clock.now())
}

/** An id that is declared may be that of a user whom the file called by another name before, but of nobody else. */
async function idFor(declared: DeclaredUser, known: UserRecord | undefined, world: UserWorld): Promise<UserId> {
  const { userId, username } = declared
  const { store, crypto, names } = world
  if (known && userId !== undefined && known.userId !== userId)
    throw new StartError(`the store knows \`${username}\` by another \`userId\` than the configuration; leave it out`)
  if (known || userId === undefined) return known?.userId ?? parseUserId(crypto.random(16))
  const holder = await store.findUser(parseUserId(userId))
  if (holder && (holder.isDeclared !== true || names.has(foldUsername(holder.username))))
    throw new StartError(`the \`userId\` of \`${username}\` belongs to \`${holder.username}\`; choose another`)
  return parseUserId(userId)
}

/** The stored hash where it still fits, so that the hash does not change at each start. */
async function hashFor(declared: DeclaredUser, known: UserRecord | undefined, world: DeclareWorld): Promise<string> {
  const { credential } = declared
  if (credential.kind === 'hash') return credential.passwordHash
  const isSame = known && (await world.passwords.verify(credential.password, known.passwordHash))
  return isSame ? known.passwordHash : world.passwords.hash(credential.password)
}

/**
 * Removes what the file declared before and no longer declares, with everything that was issued for it.
 * @returns whether nothing is left to be removed: it waits for as long as a node runs with another configuration
 */
export async function removeUndeclared(
  config: Pick<Config, 'clients' | 'users'>,
  world: Pick<DeclareWorld, 'store' | 'clock' | 'observe' | 'isAgreed'>,
): Promise<boolean> {
  const { store, clock, observe } = world
  const { clients, users } = await findUndeclared(config, store)
  if (clients.length + users.length === 0) return true
  if (!(await world.isAgreed())) {
    const names = [...clients.map(each => each.clientId), ...users.map(each => each.username)].map(
      each => `\`${each}\``,
    )
    const message = `no longer declared here: ${names.join(', ')}; removed when all nodes run with this configuration`
    observe({ kind: 'warning', about: 'nodes', message })
    return false
  }
  const message = 'no longer declared in the configuration; removed with everything that was issued'
  for (const { clientId } of clients) {
    await store.deleteClient(clientId, clock.now())
    observe({ kind: 'warning', about: `client ${clientId}`, message: `client \`${clientId}\` is ${message} to it` })
  }
  for (const { userId, username } of users) {
    await store.deleteUser(userId, clock.now())
    observe({ kind: 'warning', about: `user ${username}`, message: `user \`${username}\` is ${message} for them` })
  }
  return true
}

async function findUndeclared(config: Pick<Config, 'clients' | 'users'>, store: Store) {
  const clientIds: ReadonlySet<string> = new Set(config.clients.map(each => each.clientId))
  const usernames = usernamesOf(config)
  const userIds: ReadonlySet<string | undefined> = new Set(config.users.map(each => each.userId))
  const clients = (await store.listClients({ isDeclared: true })).filter(each => !clientIds.has(each.clientId))
  const users = (await store.listUsers({ isDeclared: true })).filter(
    each => !usernames.has(foldUsername(each.username)) && !userIds.has(each.userId),
  )
  return { clients, users }
}
