import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { postgresStore } from '../postgres/node/postgres-store.ts'
import { emptyDatabase, noDatabase } from '../postgres/testing/empty-database.ts'
import { sqliteStore } from '../sqlite/node/sqlite-store.ts'
import { start } from '../testing/records.ts'
import { copyBetween } from './node/copy-between.ts'
import { hasUnfinishedCopy } from './node/postgres-target.ts'
import type { StoreAddress } from './node/store-address.ts'
import { moments } from './testing/dying-copy.ts'
import { fill, look } from './testing/filled-store.ts'

const world = { now: start, pageSize: 2 }
const program = new URL('testing/dying-copy.ts', import.meta.url).pathname

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-killed-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function filled(path: string) {
  const store = sqliteStore({ path })
  await fill(store)
  const before = await look(store)
  await store.close()
  return before
}

async function lookAt(address: StoreAddress) {
  const store = address.kind === 'sqlite' ? sqliteStore({ path: address.path }) : await postgresStore(address.options)
  const found = await look(store)
  await store.close()
  return found
}

/** Copies in a process that is killed at that moment. */
async function killedAt(moment: string, source: string, target: string): Promise<void> {
  const words = ['--disable-warning=ExperimentalWarning', program, source, target, moment]
  const child = spawn(process.execPath, words, { stdio: 'inherit' })
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL'])
}

describe('a copy to a file', () => {
  for (const moment of moments)
    test(`that is killed when it is at: ${moment}, has no name yet, and the next one makes it whole`, async t => {
      const folder = folderFor(t)
      const [source, path] = [join(folder, 'a.db'), join(folder, 'b.db')]
      const before = await filled(source)
      await killedAt(moment, source, path)
      assert.ok(!existsSync(path) && existsSync(`${path}.copying`))
      const events: string[] = []
      const onEvent = ({ kind }: { readonly kind: string }) => void events.push(kind)
      await copyBetween({ kind: 'sqlite', path: source }, { kind: 'sqlite', path }, { ...world, onEvent })
      assert.equal(events.includes('copied'), moment !== 'last page' && moment !== 'compared' && moment !== 'finished')
      assert.deepEqual(await lookAt({ kind: 'sqlite', path }), before)
      assert.ok(!existsSync(`${path}.copying`))
    })

  test('that lacked only its name is compared with its source before it gets it', async t => {
    const folder = folderFor(t)
    const [source, path] = [join(folder, 'a.db'), join(folder, 'b.db')]
    await filled(source)
    await killedAt('finished', source, path)
    const store = sqliteStore({ path: source })
    await store.takeNumber('status list')
    await store.close()
    await assert.rejects(copyBetween({ kind: 'sqlite', path: source }, { kind: 'sqlite', path }, world), {
      name: 'CopyRefused',
      message: /the copy of `number` is not the same/,
    })
    assert.ok(!existsSync(path))
  })

  test('is not put over what a server has made there meanwhile, nor beside the log of another file', async t => {
    const folder = folderFor(t)
    const [source, path] = [join(folder, 'a.db'), join(folder, 'b.db')]
    const before = await filled(source)
    const copy = (onEvent?: () => void) =>
      copyBetween({ kind: 'sqlite', path: source }, { kind: 'sqlite', path }, { ...world, ...(onEvent && { onEvent }) })
    await assert.rejects(
      copy(() => writeFileSync(path, '')),
      { name: 'CopyRefused', message: /was made meanwhile/ },
    )
    rmSync(path)
    writeFileSync(`${path}-wal`, '')
    await assert.rejects(copy(), { name: 'CopyRefused', message: /is the log of a file that is not there/ })
    rmSync(`${path}-wal`)
    await copy()
    assert.deepEqual(await lookAt({ kind: 'sqlite', path }), before)
  })

  test('that another program has open does not get its name without its log', async t => {
    const folder = folderFor(t)
    const [source, path] = [join(folder, 'a.db'), join(folder, 'b.db')]
    await filled(source)
    let other: ReturnType<typeof sqliteStore> | undefined
    const onEvent = () => {
      other ??= sqliteStore({ path: `${path}.copying` })
    }
    const copied = copyBetween({ kind: 'sqlite', path: source }, { kind: 'sqlite', path }, { ...world, onEvent })
    await assert.rejects(copied, { name: 'CopyRefused', message: /another program has .* open/ })
    await other?.close()
    await copyBetween({ kind: 'sqlite', path: source }, { kind: 'sqlite', path }, world)
  })
})

describe('a copy to a database', { skip: noDatabase }, () => {
  for (const moment of moments)
    test(`that is killed when it is at: ${moment}, is unfinished or finished`, async t => {
      const source = join(folderFor(t), 'a.db')
      const before = await filled(source)
      const options = { url: await emptyDatabase() }
      const target = { kind: 'postgres', options, name: 'it' } as const
      await killedAt(moment, source, options.url)
      assert.equal(await hasUnfinishedCopy(options), moment !== 'opened' && moment !== 'finished')
      const again = copyBetween({ kind: 'sqlite', path: source }, target, world)
      if (moment === 'finished') await assert.rejects(again, { name: 'CopyRefused', message: /is not empty/ })
      else await again
      assert.equal(await hasUnfinishedCopy(options), false)
      assert.deepEqual(await lookAt(target), before)
    })
})
