import assert from 'node:assert/strict'
import type { Store, TicketRecord } from '@ambit/server'
import { droppableTicketLimit } from '../limits.ts'
import type { Claim } from './claim.ts'
import {
  at,
  makeClient,
  makeRef,
  makeTicket,
  makeUser,
  parseClientId,
  parseSessionId,
  parseUserId,
  start,
} from './records.ts'

const kind = makeTicket().kind
const ref = makeTicket().ref
const ada = parseUserId('user-ada')
const app = parseClientId('app')
const site = parseClientId('site')
const sessionId = parseSessionId('sid')

/** Claims about what waits to be used. */
export function ticketContract(test: Claim): void {
  uses(test)
  changes(test)
  lists(test)
  ends(test)
  floods(test)
}

function uses(test: Claim): void {
  test('a saved ticket is found by its reference and kind, every member as it was', async store => {
    const full = makeTicket({ clientId: app, userId: ada, sessionId, isDroppable: true, data: '{"é":"\\u0000"}' })
    await store.saveTicket(full)
    await store.saveTicket(makeTicket({ ref: makeRef('bare') }))
    assert.deepEqual(await store.findTicket(ref, kind), full)
    assert.deepEqual(await store.findTicket(makeRef('bare'), kind), makeTicket({ ref: makeRef('bare') }))
    assert.equal(await store.findTicket(ref, 'pushed_request'), undefined)
    assert.equal(await store.findTicket(makeRef('other'), kind), undefined)
    assert.equal(await store.findTicket(makeRef('ticket', 1), kind), undefined)
  })

  test('of simultaneous tickets with one reference exactly one is saved, whatever their kinds', async store => {
    const tickets = [makeTicket(), makeTicket({ kind: 'pushed_request' }), makeTicket({ isDroppable: true })]
    assert.deepEqual(await Promise.all(tickets.map(store.saveTicket)), [true, false, false])
    assert.deepEqual(await store.findTicket(ref, kind), makeTicket())
    assert.equal(await store.findTicket(ref, 'pushed_request'), undefined)
  })

  test('a ticket is taken as it is, and then it is gone', async store => {
    await store.saveTicket(makeTicket({ userId: ada }))
    assert.equal(await store.takeTicket(ref, 'pushed_request'), undefined)
    assert.equal(await store.takeTicket(makeRef('other'), kind), undefined)
    assert.deepEqual(await store.takeTicket(ref, kind), makeTicket({ userId: ada }))
    assert.equal(await store.takeTicket(ref, kind), undefined)
    assert.equal(await store.findTicket(ref, kind), undefined)
  })

  test('RFC 9126 §4: of 50 who take a ticket at once exactly one gets it', async store => {
    await store.saveTicket(makeTicket())
    const taken = await Promise.all(Array.from({ length: 50 }, () => store.takeTicket(ref, kind)))
    assert.deepEqual(
      taken.filter(ticket => ticket),
      [makeTicket()],
    )
  })
}

function changes(test: Claim): void {
  test('a ticket is changed in every member but its reference and kind', async store => {
    await store.saveTicket(makeTicket({ sessionId, isDroppable: true }))
    const { ref: _ref, kind: _kind, ...rest } = makeTicket({ clientId: app, userId: ada, expiresAt: at(60) })
    const changed = { ...rest, ref, kind, createdAt: at(1), revision: 1, data: '{}' }
    assert.equal(await store.changeTicket(changed), true)
    assert.deepEqual(await store.findTicket(ref, kind), changed)
    const back = makeTicket({ isDroppable: true, revision: 2 })
    assert.equal(await store.changeTicket(back), true)
    assert.deepEqual(await store.takeTicket(ref, kind), back)
  })

  test('of 50 who change a ticket at once exactly one does', async store => {
    await store.saveTicket(makeTicket())
    const tickets = Array.from({ length: 50 }, (_, index) => makeTicket({ revision: 1, data: `${index}` }))
    const changed = await Promise.all(tickets.map(store.changeTicket))
    assert.equal(changed.filter(isChanged => isChanged).length, 1)
    assert.deepEqual(await store.findTicket(ref, kind), tickets[changed.indexOf(true)])
  })

  const refused: readonly (readonly [string, Partial<TicketRecord>])[] = [
    ['from an older revision', { revision: 1 }],
    ['from the revision that it has', { revision: 2 }],
    ['from a revision that it never had', { revision: 4 }],
    ['into another kind', { revision: 3, kind: 'pushed_request' }],
    ['by another reference', { revision: 3, ref: makeRef('other') }],
  ]
  for (const [how, change] of refused)
    test(`a ticket is not changed ${how}`, async store => {
      await store.saveTicket(makeTicket({ revision: 2 }))
      assert.equal(await store.changeTicket(makeTicket({ data: '{}', ...change })), false)
      assert.deepEqual(await store.findTicket(ref, kind), makeTicket({ revision: 2 }))
    })

  test('a ticket that was taken cannot be changed back to life', async store => {
    await store.saveTicket(makeTicket())
    const results = await Promise.all([
      store.takeTicket(ref, kind),
      store.changeTicket(makeTicket({ revision: 1 })),
      store.findTicket(ref, kind),
    ])
    assert.deepEqual(results.slice(0, 2), [makeTicket(), false])
    assert.equal(await store.findTicket(ref, kind), undefined)
  })
}

function lists(test: Claim): void {
  test('tickets are listed by kind, the oldest first, no more than were asked for', async store => {
    await saveSome(store)
    const hashes = async (limit: number) => (await store.listTickets({ kind }, limit)).map(ticket => ticket.ref.hash)
    assert.deepEqual(await hashes(10), ['first', 'second', 'third', 'fourth', 'fifth'])
    assert.deepEqual(await hashes(3), ['first', 'second', 'third'])
    assert.deepEqual(await store.listTickets({ kind: 'registration_token' }, 10), [])
  })

  test('tickets of one second are listed as their references grow', async store => {
    const refs = [makeRef('b', 1), makeRef('a', 2), makeRef('b', 2), makeRef('a', 3)]
    for (const other of refs.toReversed()) await store.saveTicket(makeTicket({ ref: other, userId: ada }))
    for (const selection of [{ kind }, { kind, userId: ada }])
      assert.deepEqual(
        (await store.listTickets(selection, 10)).map(ticket => ticket.ref),
        refs,
      )
  })

  const selections = [
    ['a user', { userId: ada }, ['second', 'third']],
    ['a client', { clientId: app }, ['first', 'third']],
    ['a session', { sessionId }, ['third', 'fourth']],
    ['a user with a client', { userId: ada, clientId: app }, ['third']],
    ['a session with a client', { sessionId, clientId: site }, ['fourth']],
    ['a session with a user', { sessionId, userId: ada }, ['third']],
    ['all three', { sessionId, userId: ada, clientId: site }, []],
  ] as const
  for (const [what, selection, hashes] of selections)
    test(`tickets are listed of ${what}, and no others`, async store => {
      await saveSome(store)
      const found = await store.listTickets({ kind, ...selection }, 10)
      assert.deepEqual(
        found.map(ticket => ticket.ref.hash),
        hashes,
      )
      assert.equal((await store.listTickets({ kind, ...selection }, 1)).length, Math.min(hashes.length, 1))
      assert.deepEqual(await store.listTickets({ kind: `no ${kind}`, ...selection }, 10), [])
    })
}

function ends(test: Claim): void {
  test('a ticket is removed at its expiry, not before, and as it was changed to', async store => {
    await store.saveTicket(makeTicket({ expiresAt: at(10) }))
    await store.saveTicket(makeTicket({ ref: makeRef('longer'), expiresAt: at(10) }))
    await store.changeTicket(makeTicket({ ref: makeRef('longer'), expiresAt: at(20), revision: 1 }))
    assert.equal(await store.sweep(at(9), 10), 0)
    assert.equal(await store.sweep(at(10), 10), 1)
    assert.equal(await store.findTicket(ref, kind), undefined)
    assert.ok(await store.findTicket(makeRef('longer'), kind))
    assert.equal(await store.sweep(at(20), 10), 1)
  })

  test("deleting a client removes its tickets, and nobody else's", async store => {
    await store.saveClient(makeClient())
    await saveSome(store)
    await store.deleteClient(app, start)
    assert.deepEqual(await left(store), ['second', 'fourth', 'fifth', 'pushed'])
  })

  test("deleting a user removes their tickets, and nobody else's", async store => {
    await store.saveUser(makeUser())
    await saveSome(store)
    await store.deleteUser(ada, start)
    assert.deepEqual(await left(store), ['first', 'fourth', 'fifth', 'pushed'])
  })
}

function floods(test: Claim): void {
  test('tickets that anybody can make are bounded in number, and the oldest of their kind go first', async store => {
    const save = (index: number, more: Partial<TicketRecord> = {}) => store.saveTicket(droppable(index, more))
    const isThere = async (index: number) => (await store.findTicket(droppable(index).ref, kind)) !== undefined
    await store.saveTicket(makeTicket())
    await store.saveTicket(droppable(-1, { kind: 'pushed_request' }))
    const expiring: Partial<TicketRecord> = { expiresAt: at(10) }
    await Promise.all(
      Array.from({ length: droppableTicketLimit + 5 }, (_, index) => save(index, index < 10 ? expiring : {})),
    )
    assert.deepEqual([await isThere(4), await isThere(5)], [false, true])
    assert.ok(await store.findTicket(ref, kind))
    assert.ok(await store.findTicket(droppable(-1).ref, 'pushed_request'))

    // whatever goes by itself makes room
    await store.takeTicket(droppable(5).ref, kind)
    assert.equal(await store.sweep(at(10), 10), 4)
    await store.changeTicket(droppable(10, { revision: 1, isDroppable: false }))
    for (let index = 0; index < 6; index++) await save(droppableTicketLimit + 10 + index)
    assert.deepEqual([await isThere(10), await isThere(11)], [true, true])

    // and one more takes room away
    await save(droppableTicketLimit + 20)
    assert.deepEqual([await isThere(10), await isThere(11), await isThere(12)], [true, false, true])
  })
}

function droppable(index: number, overrides: Partial<TicketRecord> = {}): TicketRecord {
  return makeTicket({ ref: makeRef('flood', start + index), isDroppable: true, ...overrides })
}

/** Five device codes of several owners, saved in another order than that of their making, and one of another kind. */
async function saveSome(store: Store): Promise<void> {
  const save = (hash: string, age: number, more: Partial<TicketRecord> = {}) =>
    store.saveTicket(makeTicket({ ref: makeRef(hash), createdAt: at(age), ...more }))
  await save('fifth', 5)
  await save('third', 3, { clientId: app, userId: ada, sessionId, isDroppable: true })
  await save('first', 1, { clientId: app })
  await save('fourth', 4, { clientId: site, sessionId })
  await save('second', 2, { userId: ada, isDroppable: true })
  await save('pushed', 0, { kind: 'pushed_request' })
}

async function left(store: Store): Promise<readonly string[]> {
  const kinds = await Promise.all([kind, 'pushed_request'].map(each => store.listTickets({ kind: each }, 10)))
  return kinds.flat().map(ticket => ticket.ref.hash)
}
