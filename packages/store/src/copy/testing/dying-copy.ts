import { migrate } from '../../postgres/node/migrate.ts'
import { start } from '../../testing/records.ts'
import type { CopyWriter } from '../copy-port.ts'
import { copyStore } from '../copy-store.ts'
import { sha256 } from '../node/copy-between.ts'
import { withPostgresTarget } from '../node/postgres-target.ts'
import { withSqliteSource } from '../node/sqlite-source.ts'
import { withSqliteTarget } from '../node/sqlite-target.ts'

/** Where a copy may be killed: when this has just been done. */
export const moments = ['opened', 'begun', 'first page', 'last page', 'compared', 'finished'] as const

type Moment = (typeof moments)[number]

/** Ends this process as `kill -9` would. */
function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}

/** The same writer, of a process that is killed at that moment. */
function dying(writer: CopyWriter, moment: Moment): CopyWriter {
  const unlessNow = async (reached: Moment) => void (reached === moment && (await die()))
  return {
    ...writer,
    begin: async source => {
      await writer.begin(source)
      await unlessNow('begun')
    },
    write: async (...words) => {
      await writer.write(...words)
      await unlessNow('first page')
    },
    check: async work => {
      await unlessNow('last page')
      const result = await writer.check(work)
      await unlessNow('compared')
      return result
    },
    finish: async () => {
      await writer.finish()
      await unlessNow('finished')
    },
  }
}

const [source = '', target = '', wanted] = process.argv.slice(2)
const moment = moments.find(each => each === wanted)
if (moment)
  await withSqliteSource(source, reader => {
    const work = async (writer: CopyWriter) => {
      if (moment === 'opened') await die()
      await copyStore(reader, dying(writer, moment), { now: start, hash: sha256, pageSize: 2 })
    }
    if (!target.startsWith('postgres:')) return withSqliteTarget(target, work)
    return withPostgresTarget({ kind: 'postgres', options: { url: target }, name: 'it' }, migrate, work)
  })
