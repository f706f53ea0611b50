import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { describe, type TestContext, test } from 'node:test'
import { seconds } from '@ambit/protocol'
import type { Store } from '@ambit/server'
import { postgresStore } from '../postgres/node/postgres-store.ts'
import { emptyDatabase, noDatabase } from '../postgres/testing/empty-database.ts'
import { schemaVersions } from '../sqlite/node/schema.ts'
import { sqliteStore } from '../sqlite/node/sqlite-store.ts'
import {
  at,
  makeKey,
  makeNode,
  makeRef,
  makeRefreshing,
  makeSession,
  makeSpending,
  parseHash,
  start,
} from '../testing/records.ts'
import { copyBetween } from './node/copy-between.ts'
import { inspectStore } from './node/inspect-store.ts'
import { pendingVersionsOf } from './node/migrate-store.ts'
import { hasUnfinishedCopy } from './node/postgres-target.ts'
import type { StoreAddress } from './node/store-address.ts'
import { sheetNames } from './sheet.ts'
import { fill, look } from './testing/filled-store.ts'
import { runSql } from './testing/run-sql.ts'

type Kind = StoreAddress['kind']

async function address(t: TestContext, kind: Kind): Promise<StoreAddress> {
  if (kind === 'postgres') return { kind, options: { url: await emptyDatabase() }, name: 'the database' }
  const folder = mkdtempSync(join(tmpdir(), 'ambit-copy-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return { kind, path: join(folder, 'a.db') }
}

async function withStore<T>(at: StoreAddress, work: (store: Store) => Promise<T>): Promise<T> {
  const store = at.kind === 'sqlite' ? sqliteStore({ path: at.path }) : await postgresStore(at.options)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

const world = { now: start, pageSize: 2 }

for (const [from, to] of [
  ['sqlite', 'sqlite'],
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
  ['postgres', 'postgres'],
] as const) {
  const skip = from === 'postgres' || to === 'postgres' ? noDatabase : false
  describe(`a copy from ${from} to ${to}`, { skip }, () => {
    test('holds everything as it was, in every state', async t => {
      const [source, target] = [await address(t, from), await address(t, to)]
      const before = await withStore(source, async store => {
        await fill(store)
        return look(store)
      })
      const copied = await copyBetween(source, target, world)
      assert.deepEqual(
        copied.map(({ sheet, rows }) => [sheet, rows > 0]),
        sheetNames.map(sheet => [sheet, true]),
      )
      assert.deepEqual(await withStore(target, look), before)
      assert.deepEqual(await withStore(source, look), before)
    })

    test('knows what was spent, ended, remembered and numbered', async t => {
      const [source, target] = [await address(t, from), await address(t, to)]
      await withStore(source, fill)
      await copyBetween(source, target, world)
      await withStore(target, async store => {
        assert.equal(await store.remember(parseHash('jti'), at(60)), false)
        assert.equal(await store.takeNumber('status list'), 3)
        assert.equal(await store.settle('pairwise salt', 'another'), 'c2FsdA')
        await store.saveSession(makeSession({ ref: makeRef('ended') }))
        assert.equal(await store.findSession(makeRef('ended')), undefined)
        const repeated = await store.exchange(makeRefreshing({ graceTtl: seconds(10) }), {})
        assert.equal(repeated.kind, 'repeated')
        const replayed = await store.exchange(makeRefreshing({ at: at(1) }), {})
        assert.equal(replayed.kind, 'replayed')
        assert.deepEqual(
          (await store.findRevokedStatuses(1, at(1))).toSorted((a, b) => a - b),
          [7, 8],
        )
        assert.equal((await store.exchange(makeSpending({ ref: makeRef('unspent') }), {})).kind, 'spent')
        assert.ok((await store.countFailure('user ada', at(2), seconds(900))).count === 2)
      })
    })

    test('goes on after it was broken off, and compares everything at the end', async t => {
      const [source, target] = [await address(t, from), await address(t, to)]
      const before = await withStore(source, async store => {
        await fill(store)
        return look(store)
      })
      for (const stopAt of [4, 9]) {
        let pages = 0
        const onEvent = () => {
          if (++pages > stopAt) throw new Error('pulled')
        }
        await assert.rejects(copyBetween(source, target, { ...world, onEvent }), /pulled/)
      }
      const copied: number[] = []
      await copyBetween(source, target, {
        ...world,
        onEvent: event => {
          if (event.kind === 'begun') copied.push(event.copied, event.rows)
        },
      })
      assert.ok((copied[0] ?? 0) > 0 && (copied[0] ?? 0) < (copied[1] ?? 0), String(copied))
      assert.deepEqual(await withStore(target, look), before)
    })

    test('refuses a target that holds anything, also another copy', async t => {
      const [source, target] = [await address(t, from), await address(t, to)]
      await withStore(source, fill)
      await withStore(target, async store => void (await store.settle('pairwise salt', 'mine')))
      await assert.rejects(copyBetween(source, target, world), {
        name: 'CopyRefused',
        message:
          to === 'postgres' ? /is not empty, there are rows of `setting`; copy to a new one/ : /is not empty; copy/,
      })
    })

    test('refuses a target where a copy of another store was broken off', async t => {
      const [source, target] = [await address(t, from), await address(t, to)]
      await withStore(source, fill)
      const onEvent = () => assert.fail('pulled')
      await assert.rejects(copyBetween(source, target, { ...world, onEvent }), /pulled/)
      const other = await address(t, from)
      await withStore(other, async store => void (await store.settle('pairwise salt', 'another')))
      await assert.rejects(copyBetween(other, target, world), {
        name: 'CopyRefused',
        message: /a copy of another store/,
      })
    })

    test('refuses a source that a server says it serves from, until it has ended', async t => {
      const [source, target] = [await address(t, from), await address(t, to)]
      await withStore(source, async store => void (await store.announceNode(makeNode(), start)))
      await assert.rejects(copyBetween(source, target, world), {
        name: 'CopyRefused',
        message: /a server on alpha\.internal \(process 4711\) serves from .*stop all servers first/,
      })
      await copyBetween(source, target, { ...world, now: at(31) })
    })

    test('notices that the source was changed between two parts of a copy', async t => {
      const [source, target] = [await address(t, from), await address(t, to)]
      await withStore(source, fill)
      let pages = 0
      const onEvent = () => {
        if (++pages > 6) throw new Error('pulled')
      }
      await assert.rejects(copyBetween(source, target, { ...world, onEvent }), /pulled/)
      await withStore(source, async store => void (await store.takeNumber('status list')))
      await assert.rejects(copyBetween(source, target, world), {
        name: 'CopyRefused',
        message: /the copy of `number` is not the same.*was a server started in between/,
      })
    })

    test('lets nobody write to the source meanwhile', async t => {
      const [source, target] = [await address(t, from), await address(t, to)]
      await withStore(source, fill)
      const server =
        source.kind === 'sqlite'
          ? sqliteStore({ path: source.path, busyMillis: 1 })
          : await postgresStore({ ...source.options, lockMillis: 10 })
      t.after(() => server.close())
      const tried: Promise<unknown>[] = []
      const onEvent = () => void (tried.length === 0 && tried.push(assert.rejects(server.takeNumber('status list'))))
      await copyBetween(source, target, { ...world, onEvent })
      await Promise.all(tried)
      assert.equal(tried.length, 1)
    })
  })
}

test('a file that is being copied to has another name until it is whole', async t => {
  const [source, target] = [await address(t, 'sqlite'), await address(t, 'sqlite')]
  await withStore(source, fill)
  await assert.rejects(copyBetween(source, target, { ...world, onEvent: () => assert.fail('pulled') }), /pulled/)
  assert.ok(target.kind === 'sqlite' && !existsSync(target.path) && existsSync(`${target.path}.copying`))
  await copyBetween(source, target, world)
  assert.ok(existsSync(target.path) && !existsSync(`${target.path}.copying`))
})

test('a disk that fills up is told by its own words, and the copy goes on once there is room', async t => {
  const [source, target] = [await address(t, 'sqlite'), await address(t, 'sqlite')]
  assert.ok(target.kind === 'sqlite')
  const before = await withStore(source, async store => {
    await fill(store)
    return look(store)
  })
  await assert.rejects(copyBetween(source, target, { ...world, onEvent: () => assert.fail('pulled') }), /pulled/)
  const change = (sql: string) => {
    const file = new DatabaseSync(`${target.path}.copying`)
    file.exec(sql)
    file.close()
  }
  change("CREATE TRIGGER full BEFORE INSERT ON refusal BEGIN SELECT raise(ROLLBACK, 'the disk is full'); END")
  await assert.rejects(copyBetween(source, target, world), /the disk is full/)
  change('DROP TRIGGER full')
  await copyBetween(source, target, world)
  assert.deepEqual(await withStore(target, look), before)
})

test('two stores that share their settings and not their keys are two', async t => {
  const [source, other, target] = [await address(t, 'sqlite'), await address(t, 'sqlite'), await address(t, 'sqlite')]
  const alone = { unlessCreatedAfter: start, retireOthersAt: start, removeOthersAt: start }
  await withStore(source, async store => void (await store.addKey(makeKey({ kid: 'one' }), alone)))
  await withStore(other, async store => void (await store.addKey(makeKey({ kid: 'two' }), alone)))
  await assert.rejects(copyBetween(source, target, { ...world, onEvent: () => assert.fail('pulled') }), /pulled/)
  await assert.rejects(copyBetween(other, target, world), { message: /a copy of another store/ })
})

test('a user who may not use or make tables is told who may, and what lets it', { skip: noDatabase }, async t => {
  const [source, target] = [await address(t, 'sqlite'), await address(t, 'postgres')]
  assert.ok(target.kind === 'postgres')
  await withStore(source, fill)
  await withStore(target, async () => undefined)
  const role = `clerk_${randomBytes(4).toString('hex')}`
  await runSql(target.options.url, [`CREATE ROLE ${role} LOGIN`])
  const url = target.options.url.replace('//ambit@', `//${role}@`)
  await assert.rejects(postgresStore({ url }), /as their owner, GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES/)
  await runSql(target.options.url, [`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`])
  const refused = copyBetween(source, { ...target, options: { url } }, world)
  await assert.rejects(
    refused,
    /does not permit this user to make tables; run .* `ambit store copy` with the URL of its owner/,
  )
  await runSql(target.options.url, [`DROP OWNED BY ${role}`, `DROP ROLE ${role}`])
})

test('a source that is not there is told, and nothing is made', async t => {
  const [source, target] = [await address(t, 'sqlite'), await address(t, 'sqlite')]
  await assert.rejects(copyBetween(source, target, world), /there is no store/)
  await assert.rejects(inspectStore(source), /there is no store/)
  assert.ok(target.kind === 'sqlite' && !existsSync(target.path) && !existsSync(`${target.path}.copying`))
})

test('a copy that was killed goes on where it was', { skip: noDatabase }, async t => {
  const [source, target] = [await address(t, 'sqlite'), await address(t, 'postgres')]
  assert.ok(source.kind === 'sqlite' && target.kind === 'postgres')
  const before = await withStore(source, async store => {
    await fill(store)
    return look(store)
  })
  for (const pages of [3, 12]) {
    const program = new URL('testing/copy.ts', import.meta.url).pathname
    const words = ['--disable-warning=ExperimentalWarning', program, source.path, target.options.url]
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    let seen = 0
    for await (const _line of createInterface({ input: child.stdout })) if (++seen === pages) child.kill('SIGKILL')
    assert.ok(seen >= pages)
  }
  assert.ok(await hasUnfinishedCopy(target.options))
  await copyBetween(source, target, world)
  assert.ok(!(await hasUnfinishedCopy(target.options)))
  assert.deepEqual(await withStore(target, look), before)
})

test('what has another schema than this program is not copied', { skip: noDatabase }, async t => {
  const [file, target] = [await address(t, 'sqlite'), await address(t, 'sqlite')]
  assert.ok(file.kind === 'sqlite')
  const old = new DatabaseSync(file.path)
  old.exec(`${schemaVersions[0]}; PRAGMA user_version = 1; PRAGMA application_id = ${0x41_6d_62_74}`)
  old.close()
  await assert.rejects(copyBetween(file, target, world), /has an older schema; `ambit store migrate`/)
  const database = await address(t, 'postgres')
  assert.ok(database.kind === 'postgres')
  await assert.rejects(copyBetween(database, target, world), /has an older schema; `ambit store migrate`/)
  for (const older of [file, database])
    await assert.rejects(inspectStore(older), /has an older schema, or none; `ambit store migrate`/)
  await withStore(database, fill)
  await runSql(database.options.url, [
    'INSERT INTO schema_version (version, oldest_program, is_finished) VALUES (99, 1, true)',
  ])
  await assert.rejects(copyBetween(database, target, world), /has a newer schema than this program/)
  await inspectStore(database)
  await runSql(database.options.url, ['UPDATE schema_version SET oldest_program = 99'])
  await assert.rejects(inspectStore(database), /wants a program that knows version 99.*start a newer program/)
  await assert.rejects(pendingVersionsOf(database), /start a newer program/)
})
