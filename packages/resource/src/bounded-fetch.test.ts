import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetchBounded } from './bounded-fetch.ts'
import { testTimers } from './testing/timers.ts'

test('fetchBounded: a `fetch` that throws at once leaves no timer behind', async () => {
  const timers = testTimers()
  const fetch = () => {
    throw new Error('no network')
  }
  const fetching = fetchBounded({ url: 'https://as.example/', limit: 1 }, { fetch, startTimer: timers.startTimer })
  await assert.rejects(fetching, /no network/)
  assert.deepEqual(timers.running(), [])
})
