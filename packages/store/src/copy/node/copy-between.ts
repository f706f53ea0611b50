import { hash } from 'node:crypto'
import { migrate, pendingMigrations } from '../../postgres/node/migrate.ts'
import type { OpenDatabase } from '../../postgres/node/open-database.ts'
import type { CopyReader, CopyWriter } from '../copy-port.ts'
import { type CopiedSheet, CopyRefused, type CopyWorld, copyStore } from '../copy-store.ts'
import type { HashText } from '../digest.ts'
import { withPostgresSource } from './postgres-source.ts'
import { withPostgresTarget } from './postgres-target.ts'
import { withSqliteSource } from './sqlite-source.ts'
import { withSqliteTarget } from './sqlite-target.ts'
import type { StoreAddress } from './store-address.ts'

/** SHA-256. */
export const sha256: HashText = text => hash('sha256', text, 'buffer')

/**
 * Copies everything from one store to another, and compares the two at the end. Whoever calls it again after it was broken off
 * goes on where it was.
 * @throws {CopyRefused} or a sentence for the operator; see {@link copyStore}
 */
export function copyBetween(
  from: StoreAddress,
  to: StoreAddress,
  world: Omit<CopyWorld, 'hash'>,
): Promise<readonly CopiedSheet[]> {
  return withSource(from, source => withTarget(to, target => copyStore(source, target, { ...world, hash: sha256 })))
}

function withSource<T>(address: StoreAddress, work: (reader: CopyReader) => Promise<T>): Promise<T> {
  if (address.kind === 'sqlite') return withSqliteSource(address.path, work)
  return withPostgresSource(address, checkVersion(address.name), work)
}

function withTarget<T>(address: StoreAddress, work: (writer: CopyWriter) => Promise<T>): Promise<T> {
  if (address.kind === 'sqlite') return withSqliteTarget(address.path, work)
  const prepare = async (db: OpenDatabase) => {
    await migrate(db)
    await checkVersion(address.name)(db)
  }
  return withPostgresTarget(address, prepare, work)
}

/** What a program of another version keeps cannot be copied by this one: it would leave out what it does not know. */
function checkVersion(name: string): (db: OpenDatabase) => Promise<void> {
  return async db => {
    const { found, known, pending } = await pendingMigrations(db)
    if (pending.length > 0)
      throw new CopyRefused(`${name} has an older schema; \`ambit store migrate\` brings it up to date first`)
    if (found > known) throw new CopyRefused(`${name} has a newer schema than this program; copy with a newer program`)
  }
}
