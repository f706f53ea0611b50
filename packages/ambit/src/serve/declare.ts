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
}

/**
 * Makes the store say what the configuration file says: declared clients and users are added or changed, and those that
 * the file declared before and no longer declares are removed. What the command line added stays.
 * @throws {StartError} when a declared user id belongs to another username
 */
export async function storeDeclared(config: Pick<Config, 'clients' | 'users'>, world: DeclareWorld): Promise<void> {
  for (const client of config.clients) await storeClient(client, world)
  for (const user of config.users) await storeUser(user, world)
  await removeUndeclared(config, world)
}

async function storeClient(declared: DeclaredClient, { store, clock }: DeclareWorld): Promise<void> {
  const known = await store.findClient(declared.clientId)
  const record: ClientRecord = { ...declared, isDeclared: true, createdAt: known?.createdAt ?? clock.now() }
  if (!isDeepStrictEqual(record, known)) await store.saveClient(record)
}

async function storeUser(declared: DeclaredUser, world: DeclareWorld): Promise<void> {
  const { store, clock } = world
  const known = await store.findUserByName(declared.username)
  const passwordHash = await hashFor(declared, known, world)
  const { credential: _credential, userId: _userId, ...members } = declared
  const isSamePassword = known?.passwordHash === passwordHash
  const record: UserRecord = {
    ...members,
    userId: idFor(declared, known, world),
    passwordHash,
    passwordChangedAt: isSamePassword ? known.passwordChangedAt : clock.now(),
    isDeclared: true,
    createdAt: known?.createdAt ?? clock.now(),
  }
  if (isDeepStrictEqual(record, known)) return
  if (!(await store.saveUser(record)))
    throw new StartError(`the username \`${declared.username}\` belongs to another user`)
  if (known && !isSamePassword) await store.deleteSessionsOf(record.userId)
}

function idFor(declared: DeclaredUser, known: UserRecord | undefined, { crypto }: DeclareWorld): UserId {
  const { userId, username } = declared
  if (known && userId !== undefined && known.userId !== userId)
    throw new StartError(`the store knows \`${username}\` by another \`userId\` than the configuration; leave it out`)
  return known?.userId ?? parseUserId(userId ?? crypto.random(16))
}

/** The stored hash where it still fits, so that the hash does not change at each start. */
async function hashFor(declared: DeclaredUser, known: UserRecord | undefined, world: DeclareWorld): Promise<string> {
  const { credential } = declared
  if (credential.kind === 'hash') return credential.passwordHash
  const isSame = known && (await world.passwords.verify(credential.password, known.passwordHash))
  return isSame ? known.passwordHash : world.passwords.hash(credential.password)
}

async function removeUndeclared(config: Pick<Config, 'clients' | 'users'>, world: DeclareWorld): Promise<void> {
  const { store, clock, observe } = world
  const clientIds: ReadonlySet<string> = new Set(config.clients.map(each => each.clientId))
  const usernames = new Set(config.users.map(each => foldUsername(each.username)))
  const message = 'no longer declared in the configuration; removed with everything that was issued'
  for (const { clientId, isDeclared } of await store.listClients()) {
    if (!isDeclared || clientIds.has(clientId)) continue
    await store.deleteClient(clientId, clock.now())
    observe({ kind: 'warning', about: `client ${clientId}`, message: `client \`${clientId}\` is ${message} to it` })
  }
  for (const { userId, username, isDeclared } of await store.listUsers()) {
    if (!isDeclared || usernames.has(foldUsername(username))) continue
    await store.deleteUser(userId, clock.now())
    observe({ kind: 'warning', about: `user ${username}`, message: `user \`${username}\` is ${message} for them` })
  }
}
