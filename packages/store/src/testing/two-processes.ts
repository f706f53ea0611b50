import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { seconds } from '@ambit/protocol'
import type { ExchangeResult, Issued, SecretRef, Spending, Store } from '@ambit/server'
import {
  at,
  makeAccessToken,
  makeClient,
  makeCode,
  makeFamily,
  makeGrant,
  makeInteraction,
  makeKey,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeSpending,
  makeTicket,
  makeUser,
  parseClientId,
  parseFamilyId,
  parseHash,
  parseUserId,
  start,
} from './records.ts'
import { startWorkers, type Worker, type WorkerPlace } from './workers.ts'

/** A store that several processes share. */
export type SharedStore = {
  /** A new and empty place for a store. */
  readonly make: () => Promise<WorkerPlace>
  /** Opens it in this process too, as the opener's `openStore` does in the others. */
  readonly open: (place: string) => Promise<Store>
  /** Why the suite cannot run here, where it cannot. */
  readonly skip?: string | false
}

const indexes = Array.from({ length: 50 }, (_, index) => index)
const perProcess = 25

/**
 * What a store keeps also where two processes do the same at once, each with its own connections, as tests of node:test. It starts
 * the processes itself; beside the claims of `storeContract` it is what a store for several nodes must pass.
 * @example processContract('my store', { make: async () => ({ opener, place: await emptyPlace() }), open: openStore })
 */
export function processContract(name: string, { make, open, skip = false }: SharedStore): void {
  describe(name, { skip }, () => {
    const world: World = { workers: [], store: () => opened(world) }
    before(async () => {
      const place = await make()
      world.workers = await startWorkers(place, 2)
      await Promise.all(world.workers.map(worker => worker.open()))
      world.opened = await open(place.place)
    })
    after(async () => {
      await Promise.all(world.workers.map(worker => worker.stop()))
      await world.opened?.close()
    })
    exchanges(world)
    takings(world)
    countings(world)
    beginnings(world)
  })
}

type World = { workers: readonly Worker[]; opened?: Store; readonly store: () => Store }

function opened({ opened: store }: World): Store {
  assert.ok(store)
  return store
}

function exchanges(world: World): void {
  test('a store that two processes make at the same time is made once', async () => {
    const change = { unlessCreatedAfter: start, retireOthersAt: start, removeOthersAt: start }
    assert.equal(await world.store().addKey(makeKey(), change), true)
    assert.deepEqual(await world.store().listKeys(), [makeKey()])
  })

  test('RFC 6749 §4.1.2: of 50 simultaneous redemptions of each of 50 codes from two processes exactly one is spent', async () => {
    const store = world.store()
    await Promise.all(indexes.map(index => store.saveCode(codeAt(index))))
    const results = await exchangeEverywhere(world, index => makeSpending({ ref: codeAt(index).ref }), redemption)
    for (const { kinds } of results) assert.deepEqual(kinds, { spent: 1, replayed: 49 })
    const refs = results.map(({ winner }) => winner.accessToken?.ref)
    for (const ref of refs) assert.ok(ref && (await store.findAccessToken(ref)))
  })

  test('RFC 9700 §4.14.2: of 50 simultaneous uses of each of 50 refresh tokens from two processes exactly one is spent', async () => {
    await Promise.all(indexes.map(index => saveRefreshToken(world.store(), 'strict', index)))
    const refreshing = (index: number) => makeRefreshing({ ref: refOf('strict', index) })
    const results = await exchangeEverywhere(world, refreshing, rotation('strict'))
    for (const { kinds } of results) {
      // those who come before the family is revoked are told of a replay, and there is one at least; the others find nothing
      const { replayed = 0, ...rest } = kinds
      assert.ok(replayed > 0)
      assert.deepEqual(rest, { spent: 1, ...(replayed < 49 && { missing: 49 - replayed }) })
    }
  })

  test('within the grace the losers of both processes are told of the same successor', async () => {
    await Promise.all(indexes.map(index => saveRefreshToken(world.store(), 'lenient', index)))
    const graceTtl = seconds(10)
    const refreshing = (index: number) => makeRefreshing({ ref: refOf('lenient', index), graceTtl })
    const results = await exchangeEverywhere(world, refreshing, rotation('lenient'))
    for (const { kinds, winner, told } of results) {
      assert.deepEqual(kinds, { spent: 1, repeated: 49 })
      assert.deepEqual(new Set(told), new Set([winner.refreshToken?.ref.hash]))
    }
  })
}

function takings(world: World): void {
  test('RFC 9126 §4: of 50 who take each of 50 tickets at once from two processes exactly one gets it', async () => {
    const { kind } = makeTicket()
    const refs = indexes.map(index => refOf('ticket', index))
    await Promise.all(refs.map(ref => world.store().saveTicket(makeTicket({ ref }))))
    const answers = await everywhere(world, (worker, turns) =>
      worker.call(
        'takeTicket',
        turns.map(index => repeat([refs[index] ?? makeTicket().ref, kind])),
      ),
    )
    const taken = answers.flat().flatMap(ticket => ticket?.ref.hash ?? [])
    assert.deepEqual(taken.toSorted(), refs.map(ref => ref.hash).toSorted())
    assert.deepEqual(await world.store().listTickets({ kind }, 1), [])
  })

  test('of 50 who end each of 50 interactions at once from two processes exactly one does', async () => {
    const refs = indexes.map(index => refOf('interaction', index))
    await Promise.all(refs.map(ref => world.store().saveInteraction(makeInteraction({ ref }))))
    const answers = await everywhere(world, (worker, turns) =>
      worker.call(
        'endInteraction',
        turns.map(index => repeat([refs[index] ?? makeInteraction().ref])),
      ),
    )
    assert.equal(answers.flat().filter(isFirst => isFirst).length, indexes.length)
  })

  test('of 50 who take each of 50 leases at once from two processes the holder does', async () => {
    const answers = await everywhere(world, (worker, turns, holder) =>
      worker.call(
        'takeLease',
        turns.map(index => repeat([`lease ${index}`, holder, start, at(60)])),
      ),
    )
    assert.equal(answers.flat().filter(isTaken => isTaken).length, indexes.length * perProcess)
  })
}

function countings(world: World): void {
  test('RFC 7523 §3: of 50 presentations of each of 50 values at two processes exactly one is the first', async () => {
    const answers = await everywhere(world, (worker, turns) =>
      worker.call(
        'remember',
        turns.map(index => repeat([parseHash(`value ${index}`), at(60)])),
      ),
    )
    assert.equal(answers.flat().filter(isNew => isNew).length, indexes.length)
  })

  test('failures under each of 50 keys that two processes count are all counted', async () => {
    const answers = await everywhere(world, (worker, turns) =>
      worker.call(
        'countFailure',
        turns.map(index => repeat([`key ${index}`, start, seconds(60)])),
      ),
    )
    assert.deepEqual(
      sorted(answers.flat().map(({ count }) => count)),
      sorted(indexes.flatMap(() => Array.from({ length: 2 * perProcess }, (_, index) => index + 1))),
    )
    assert.equal((await world.store().findFailures('key 0', start)).count, 2 * perProcess)
  })

  test('numbers that two processes take are each taken once', async () => {
    const answers = await everywhere(world, (worker, turns) =>
      worker.call(
        'takeNumber',
        turns.map(() => repeat(['places'])),
      ),
    )
    const all = 2 * perProcess * indexes.length
    assert.deepEqual(
      sorted(answers.flat()),
      Array.from({ length: all }, (_, index) => index + 1),
    )
    assert.equal(await world.store().findNumber('places'), all)
  })

  test('scopes that two processes add to each of 10 grants at once are all kept', async () => {
    const few = indexes.slice(0, 10)
    const grantOf = (index: number, token: string) =>
      makeGrant({ clientId: parseClientId(`grant ${index}`), scopes: [{ token, version: 1, grantedAt: start }] })
    await everywhere(world, (worker, turns, name) =>
      worker.call(
        'addToGrant',
        turns.filter(index => few.includes(index)).map(index => few.map(each => [grantOf(index, `${name}-${each}`)])),
      ),
    )
    for (const index of few) {
      const { userId, clientId } = grantOf(index, '')
      assert.equal((await world.store().findGrant(userId, clientId))?.scopes.length, 2 * few.length)
    }
  })
}

function beginnings(world: World): void {
  test('RFC 9700 §4.15: of a client and a user that two processes save with one identifier at once, one is', async () => {
    const [clients, users] = world.workers
    assert.ok(clients && users)
    const saved = await Promise.all([
      clients.call(
        'saveClient',
        indexes.map(index => [[makeClient({ clientId: parseClientId(`both ${index}`) })]]),
      ),
      users.call(
        'saveUser',
        indexes
          .toReversed()
          .map(index => [[makeUser({ userId: parseUserId(`both ${index}`), username: `both ${index}` })]]),
      ),
    ])
    assert.equal(saved.flat().filter(isSaved => isSaved).length, indexes.length)
    for (const index of indexes) {
      const id = `both ${index}`
      const found = [await world.store().findClient(id), await world.store().findUser(parseUserId(id))]
      assert.equal(found.filter(record => record !== undefined).length, 1)
    }
  })

  test('of two users whom two processes save with one name at once, one is', async () => {
    const answers = await everywhere(world, (worker, turns, name) =>
      worker.call(
        'saveUser',
        turns.map(index => [[makeUser({ userId: parseUserId(`${name} ${index}`), username: `name ${index}` })]]),
      ),
    )
    assert.equal(answers.flat().filter(isSaved => isSaved).length, indexes.length)
  })

  test('of the keys that two processes add at once one is, and a setting is what one of them stored', async () => {
    const change = { unlessCreatedAfter: at(-1), retireOthersAt: at(50), removeOthersAt: at(90) }
    const added = await everywhere(world, (worker, turns, name) =>
      worker.call('addKey', [turns.map(index => [makeKey({ kid: `${name} ${index}`, algorithm: 'RS256' }), change])]),
    )
    assert.equal(added.flat().filter(isAdded => isAdded).length, 1)
    const settled = await everywhere(world, (worker, turns, name) =>
      worker.call(
        'settle',
        turns.map(index => [[`setting ${index}`, `${name} ${index}`]]),
      ),
    )
    const [one = [], other = []] = settled
    assert.deepEqual(one, other.toReversed())
  })
}

/** Lets each worker go through all indexes, the one from the first and the other from the last, so that they overtake each other in the middle. */
function everywhere<T>(
  { workers }: World,
  work: (worker: Worker, turns: readonly number[], name: string) => Promise<T>,
): Promise<readonly T[]> {
  return Promise.all(
    workers.map((worker, place) => work(worker, place % 2 === 0 ? indexes : indexes.toReversed(), `process ${place}`)),
  )
}

function repeat<T extends readonly unknown[]>(args: readonly [...T]): readonly (readonly [...T])[] {
  return Array.from({ length: perProcess }, () => args)
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b)
}

type Outcome = {
  readonly kinds: Partial<Record<ExchangeResult['kind'], number>>
  readonly winner: Issued
  readonly told: readonly (string | undefined)[]
}

type Cell = { readonly index: number; readonly spending: Spending; readonly issued: Issued }
type Ended = Cell & { readonly result: ExchangeResult }

/** Presents each record 25 times in each worker, one transaction for each record, and tells for each record how that ended. */
async function exchangeEverywhere(
  world: World,
  spend: (index: number) => Spending,
  issue: (index: number, attempt: string) => Issued,
): Promise<readonly Outcome[]> {
  const ended = await everywhere(world, (worker, turns, name) =>
    exchangeIn(
      worker,
      turns.map(index =>
        Array.from({ length: perProcess }, (_, attempt) => ({
          index,
          spending: spend(index),
          issued: issue(index, `${name}-${attempt}`),
        })),
      ),
    ),
  )
  return indexes.map(index => summarise(ended.flat().filter(cell => cell.index === index)))
}

async function exchangeIn(worker: Worker, turns: readonly (readonly Cell[])[]): Promise<readonly Ended[]> {
  const results = await worker.call(
    'exchange',
    turns.map(cells => cells.map(({ spending, issued }) => [spending, issued] as const)),
  )
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
