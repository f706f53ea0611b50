import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Store } from '@ambit/server'
import {
  at,
  makeAccessToken,
  makeClient,
  makeClientToken,
  makeCode,
  makeFamily,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeSpending,
  parseFamilyId,
} from '../testing/records.ts'
import { sqliteStore } from './node/sqlite-store.ts'
import { makeFolder } from './testing/folder.ts'

const minutes = 60
const familyMinutes = 15

test('under steady load the file stops growing', async () => {
  const folder = makeFolder()
  const path = folder.file()
  const store = sqliteStore({ path })
  await store.saveClient(makeClient())
  const pages: number[] = []
  for (let minute = 0; minute < minutes; minute++) {
    await issueForOneMinute(store, minute)
    while ((await store.sweep(at(minute * 60), 100)) > 0);
    pages.push(pageCount(path))
  }
  const settled = Math.max(...pages.slice(0, (minutes * 2) / 3))
  assert.ok(Math.max(...pages) <= settled * 1.02, `pages: ${pages.join(' ')}`)
  await store.close()
  assert.ok(statSync(path).size <= settled * 1.02 * 4_096)
  folder.remove()
})

/** Tokens of machines that live for five minutes; logins whose families are rotated twice and live for fifteen. */
async function issueForOneMinute(store: Store, minute: number): Promise<void> {
  const indexes = Array.from({ length: 60 }, (_, index) => index)
  const now = at(minute * 60)
  const ref = (name: string, index: number) =>
    makeRef(`${name} ${minute} ${index}`.padEnd(43, '.'), now * 1_000 + index)
  const expiresAt = at((minute + 5) * 60)
  await Promise.all(indexes.map(index => store.saveAccessToken(makeClientToken({ ref: ref('own', index), expiresAt }))))
  await Promise.all(
    indexes.slice(0, 20).map(async index => {
      const familyId = parseFamilyId(`family ${minute} ${index}`)
      const family = makeFamily({ familyId, expiresAt: at((minute + familyMinutes) * 60) })
      const refreshToken = (generation: number) =>
        makeRefreshToken({ ref: ref(`refresh ${generation}`, index), familyId, expiresAt })
      const accessToken = (generation: number) =>
        makeAccessToken({ ref: ref(`access ${generation}`, index), familyId, expiresAt })
      await store.saveCode(makeCode({ ref: ref('code', index), familyId, expiresAt }))
      const redeemed = { family, refreshToken: refreshToken(0), accessToken: accessToken(0) }
      await store.exchange(makeSpending({ ref: ref('code', index), at: now }), redeemed)
      for (const generation of [1, 2])
        await store.exchange(makeRefreshing({ ref: refreshToken(generation - 1).ref, at: now }), {
          refreshToken: refreshToken(generation),
          accessToken: accessToken(generation),
        })
    }),
  )
}

function pageCount(path: string): number {
  const connection = new DatabaseSync(path, { readOnly: true })
  const pages = Number(connection.prepare('PRAGMA page_count').get()?.['page_count'])
  connection.close()
  return pages
}
