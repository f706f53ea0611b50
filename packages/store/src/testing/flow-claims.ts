import assert from 'node:assert/strict'
import type { Store } from '@ambit/server'
import { accessRef, issuedOf, rotations, spendingOf } from './flow.ts'

/** What was answered is there: the spent record is spent, and what was issued for it can be found. */
export async function assertKept(store: Store, flow: number, step: number): Promise<void> {
  const { ref, kind } = spendingOf(flow, step)
  assert.ok((await store.findSpendable(ref, kind))?.spent, `step ${step} of flow ${flow} is not spent`)
  assert.ok(await store.findAccessToken(accessRef(flow, step)), `the access token of step ${step} of ${flow} is lost`)
  const { refreshToken } = issuedOf(flow, step)
  assert.ok(refreshToken && (await store.findSpendable(refreshToken.ref, 'refresh_token')))
}

/** Each step is whole or not at all; the last record of the flow is good once, and no spent one is good again. */
export async function assertOnce(store: Store, flow: number): Promise<void> {
  let tip = 0
  for (let step = 0; step <= rotations; step++) {
    const { ref, kind } = spendingOf(flow, step)
    const isSpent = (await store.findSpendable(ref, kind))?.spent !== undefined
    assert.equal((await store.findAccessToken(accessRef(flow, step))) !== undefined, isSpent)
    if (isSpent) tip = step + 1
  }
  const { ref, kind } = spendingOf(flow, tip)
  const isThere = (await store.findSpendable(ref, kind)) !== undefined
  const results = [
    await store.exchange(spendingOf(flow, tip), issuedOf(flow, tip + 10)),
    await store.exchange(spendingOf(flow, tip), {}),
  ]
  assert.equal(results.filter(result => result.kind === 'spent').length, isThere ? 1 : 0)
  for (let step = 0; step < tip; step++)
    assert.notEqual((await store.exchange(spendingOf(flow, step), {})).kind, 'spent')
}
