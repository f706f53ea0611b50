import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageToken, readPageToken } from './page-token.ts'

const message = { subject: { type: 'user', id: 'ada' }, resource: { type: 'record' }, page: { limit: 2 } }

test('AuthZEN §8.2: a token brings back the place of its own search', async () => {
  const token = await pageToken({ place: 7, limit: 2 }, message)
  assert.deepEqual(await readPageToken(token, { ...message, page: { token } }), { place: 7, limit: 2 })
  assert.deepEqual(await readPageToken(await pageToken({ place: 7 }, message), message), { place: 7 })
  assert.equal(await readPageToken(token, { ...message, resource: { type: 'folder' } }), undefined)
})

for (const place of [
  { place: -1 },
  { place: 1.5 },
  { place: Number.NaN },
  { place: 1, limit: -1 },
  { place: 1, limit: 0.5 },
])
  test(`AuthZEN §8.2: no place is read from ${JSON.stringify(place)}`, async () => {
    assert.equal(await readPageToken(await pageToken(place, message), message), undefined)
  })

for (const text of ['', 'null', '[]', '7', '{}', '{"place":1}', '{"place":1,"search":7}'])
  test(`AuthZEN §8.2: \`${text}\` is no token`, async () => {
    assert.equal(await readPageToken(btoa(text), message), undefined)
  })
