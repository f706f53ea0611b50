import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ExchangeResult, FoundAccessToken, Store } from '@ambit/server'
import { codeOf, issuedOf, spendingOf } from '../testing/flow.ts'
import { postgresStore } from './node/postgres-store.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

const pools = 5
const perPool = 10

describe('exchanges over several pools at once', { skip: noDatabase, timeout: 60_000 }, () => {
  let stores: readonly Store[] = []
  before(async () => {
    const url = await emptyDatabase()
    stores = await Promise.all(Array.from({ length: pools }, () => postgresStore({ url })))
  })
  after(() => Promise.all(stores.map(store => store.close())))

  const presentAll = (flow: number, step: number) =>
    Promise.all(
      stores.flatMap((store, pool) =>
        Array.from({ length: perPool }, (_, index) => {
          const issued = issuedOf(1_000 + flow * 1_000 + pool * perPool + index, step)
          const { familyId } = codeOf(flow)
          const of = <T extends object>(record: T | undefined) => record && { ...record, familyId }
          const [family, refreshToken, accessToken] = [
            of(issued.family),
            of(issued.refreshToken),
            of(issued.accessToken),
          ]
          const its = {
            ...(family && { family }),
            ...(refreshToken && { refreshToken }),
            ...(accessToken && { accessToken }),
          }
          return store.exchange(spendingOf(flow, step), its).then(result => ({ result, its }))
        }),
      ),
    )

  for (const [what, flow, step] of [
    ['RFC 6749 §4.1.2: of 50 redemptions of a code', 0, 0],
    ['RFC 9700 §4.14.2: of 50 uses of a refresh token', 1, 1],
  ] as const)
    test(`${what} over five pools one is spent, the others are replays, and nothing of theirs is stored`, async () => {
      const [first] = stores
      assert.ok(first)
      await first.saveCode(codeOf(flow))
      if (step === 1) await first.exchange(spendingOf(flow, 0), issuedOf(flow, 0))
      const answers = await presentAll(flow, step)
      const spent = answers.filter(({ result }) => result.kind === 'spent')
      assert.equal(spent.length, 1)
      // a use that comes after the revocation by another finds its family gone
      assert.ok(answers.every(({ result: { kind } }) => kind === 'spent' || kind === 'replayed' || kind === 'missing'))
      assert.ok(answers.some(({ result }) => result.kind === 'replayed'))
      for (const { result, its } of answers) {
        const found: FoundAccessToken | undefined =
          its.accessToken && (await first.findAccessToken(its.accessToken.ref))
        assert.equal(found !== undefined, result.kind === 'spent')
        assert.ok(result.kind !== 'spent' || found?.family?.revokedAt !== undefined)
      }
    })

  test('RFC 6749 §4.1.2: two nodes that redeem the same codes in opposite orders spend each once, and neither fails', async () => {
    const [one, other] = stores
    assert.ok(one && other)
    const flows = Array.from({ length: 40 }, (_, index) => 5_000 + index)
    await Promise.all(flows.map(flow => one.saveCode(codeOf(flow))))
    const results = new Map<number, ExchangeResult['kind'][]>(flows.map(flow => [flow, []]))
    const redeem = async (store: Store, flow: number) => {
      results.get(flow)?.push((await store.exchange(spendingOf(flow, 0), {})).kind)
    }
    await Promise.all([...flows.map(flow => redeem(one, flow)), ...flows.toReversed().map(flow => redeem(other, flow))])
    for (const kinds of results.values()) assert.deepEqual(kinds.toSorted(), ['replayed', 'spent'])
  })
})
