import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { seconds } from '@ambit/protocol'
import type { ExchangeResult, Issued, SecretRef, Spending, Store } from '@ambit/server'
import {
  makeAccessToken,
  makeCode,
  makeFamily,
  makeKey,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeSpending,
  makeTicket,
  parseFamilyId,
  start,
} from '../testing/records.ts'
import { sqliteStore } from './node/sqlite-store.ts'
import { makeFolder } from './testing/folder.ts'
import { startWorkers, type Worker } from './testing/workers.ts'

const indexes = Array.from({ length: 50 }, (_, index) => index)
const perProcess = 25

describe('two processes on one file', () => {
  const folder = makeFolder()
  const path = folder.file()
  let workers: readonly Worker[] = []
  let store: Store

  before(async () => {
    workers = await startWorkers(path, 2)
    const answers = await Promise.all(workers.map(worker => worker.ask({ order: 'open' })))
    assert.deepEqual(answers, [{ answer: 'opened' }, { answer: 'opened' }])
    store = sqliteStore({ path })
  })

  after(async () => {
    await Promise.all(workers.map(worker => worker.stop()))
    await store.close()
    folder.remove()
  })

  test('a file that two processes make at the same time is made once', async () => {
    const change = { unlessCreatedAfter: start, retireOthersAt: start, removeOthersAt: start }
    assert.equal(await store.addKey(makeKey(), change), true)
    assert.deepEqual(await store.listKeys(), [makeKey()])
  })

  test('RFC 6749 §4.1.2: of 50 simultaneous redemptions of each of 50 codes from two processes exactly one is spent', async () => {
    await Promise.all(indexes.map(index => store.saveCode(codeAt(index))))
    const results = await exchangeEverywhere(workers, index => makeSpending({ ref: codeAt(index).ref }), redemption)
    for (const { kinds } of results) assert.deepEqual(kinds, { spent: 1, replayed: 49 })
    const refs = results.map(({ winner }) => winner.accessToken?.ref)
    for (const ref of refs) assert.ok(ref && (await store.findAccessToken(ref)))
  })

  test('RFC 9700 §4.14.2: of 50 simultaneous uses of each of 50 refresh tokens from two processes exactly one is spent', async () => {
    await Promise.all(indexes.map(index => saveRefreshToken(store, 'strict', index)))
    const refreshing = (index: number) => makeRefreshing({ ref: refOf('strict', index) })
    const results = await exchangeEverywhere(workers, refreshing, rotation('strict'))
    for (const { kinds } of results) assert.deepEqual(kinds, { spent: 1, replayed: 1, missing: 48 })
  })

  test('within the grace the losers of both processes are told of the same successor', async () => {
    await Promise.all(indexes.map(index => saveRefreshToken(store, 'lenient', index)))
    const graceTtl = seconds(10)
    const refreshing = (index: number) => makeRefreshing({ ref: refOf('lenient', index), graceTtl })
    const results = await exchangeEverywhere(workers, refreshing, rotation('lenient'))
    for (const { kinds, winner, told } of results) {
      assert.deepEqual(kinds, { spent: 1, repeated: 49 })
      assert.deepEqual(new Set(told), new Set([winner.refreshToken?.ref.hash]))
    }
  })

  test('RFC 9126 §4: of 50 who take each of 50 tickets at once from two processes exactly one gets it', async () => {
    const refs = indexes.map(index => refOf('ticket', index))
    await Promise.all(refs.map(ref => store.saveTicket(makeTicket({ ref }))))
    const turns = refs.map(ref => Array.from({ length: perProcess }, () => ref))
    const answers = await Promise.all(
      workers.map((worker, place) =>
        worker.ask({ order: 'take', kind: makeTicket().kind, turns: place % 2 === 0 ? turns : turns.toReversed() }),
      ),
    )
    const taken = answers.flatMap(answer => (answer.answer === 'taken' ? answer.hashes : []))
    assert.deepEqual(taken.toSorted(), refs.map(ref => ref.hash).toSorted())
    assert.deepEqual(await store.listTickets({ kind: makeTicket().kind }, 1), [])
  })
})

type Outcome = {
  readonly kinds: Partial<Record<ExchangeResult['kind'], number>>
  readonly winner: Issued
  readonly told: readonly (string | undefined)[]
}

type Cell = { readonly index: number; readonly spending: Spending; readonly issued: Issued }
type Ended = Cell & { readonly result: ExchangeResult }

/**
 * Presents each record 25 times in each worker and tells for each record how that ended. The workers go through the
 * records from opposite ends, one transaction for each, so they overtake each other in the middle.
 */
async function exchangeEverywhere(
  workers: readonly Worker[],
  spend: (index: number) => Spending,
  issue: (index: number, attempt: string) => Issued,
): Promise<readonly Outcome[]> {
  const cellsOf = (index: number, worker: number): readonly Cell[] =>
    Array.from({ length: perProcess }, (_, attempt) => ({
      index,
      spending: spend(index),
      issued: issue(index, `${worker}-${attempt}`),
    }))
  const turns = workers.map((_, worker) =>
    (worker % 2 === 0 ? indexes : indexes.toReversed()).map(index => cellsOf(index, worker)),
  )
  const ended = await Promise.all(workers.map((worker, place) => exchangeIn(worker, turns[place] ?? [])))
  return indexes.map(index => summarise(ended.flat().filter(cell => cell.index === index)))
}

async function exchangeIn(worker: Worker, turns: readonly (readonly Cell[])[]): Promise<readonly Ended[]> {
  const pairs = turns.map(cells => cells.map(({ spending, issued }) => [spending, issued] as const))
  const answer = await worker.ask({ order: 'exchange', turns: pairs })
  const results = answer.answer === 'exchanged' ? answer.results : []
  return turns.flat().flatMap((cell, place) => {
    const result = results[place]
    return result ? [{ ...cell, result }] : []
  })
}

function summarise(cells: readonly Ended[]): Outcome {
  const kinds: Partial<Record<ExchangeResult['kind'], number>> = {}
  for (const { result } of cells) kinds[result.kind] = (kinds[result.kind] ?? 0) + 1
  const winner = cells.find(({ result }) => result.kind === 'spent')?.issued ?? {}
  const told = cells.flatMap(({ result }) => (result.kind === 'repeated' ? [result.spent.successor?.hash] : []))
  return { kinds, winner, told }
}

function familyAt(name: string, index: number): ReturnType<typeof makeFamily> {
  return makeFamily({ familyId: parseFamilyId(`${name} ${index}`) })
}

function refOf(name: string, index: number): SecretRef {
  return makeRef(`${name} ${index}`)
}

function codeAt(index: number): ReturnType<typeof makeCode> {
  return makeCode({ ref: refOf('code', index), familyId: familyAt('code', index).familyId })
}

function redemption(index: number, attempt: string): Issued {
  const family = familyAt('code', index)
  const ref = makeRef(`access ${index} ${attempt}`)
  return { family, accessToken: makeAccessToken({ ref, familyId: family.familyId }) }
}

function rotation(name: string): (index: number, attempt: string) => Issued {
  return (index, attempt) => ({
    refreshToken: makeRefreshToken({
      ref: makeRef(`${name} ${index} ${attempt}`),
      familyId: familyAt(name, index).familyId,
    }),
  })
}

async function saveRefreshToken(store: Store, name: string, index: number): Promise<void> {
  const family = familyAt(name, index)
  const refreshToken = makeRefreshToken({ ref: refOf(name, index), familyId: family.familyId })
  const accessToken = makeAccessToken({ ref: makeRef(`first ${name} ${index}`), familyId: family.familyId })
  await store.saveAccessToken(accessToken, { family, refreshToken })
}
