import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { SocketPool } from './socket-pool.ts'

const at = (port: number) => ({ port, host: '127.0.0.1', setting: '--port' })

function openPool(t: TestContext): SocketPool {
  const pool = new SocketPool()
  t.after(() => pool.close())
  return pool
}

test('each worker has a socket of its own on the one port, and each listener a port of its own', async t => {
  const pool = openPool(t)
  const sockets = await pool.forPlan({ workers: 2, addresses: { plain: at(0), tls: at(0) } })
  assert.equal(new Set(sockets.map(({ plain }) => plain?.port)).size, 1)
  assert.notEqual(sockets[0]?.plain?.port, sockets[0]?.tls?.port)
  if (process.platform !== 'linux') return
  assert.equal(new Set(sockets.flatMap(({ plain }) => plain?.sockets ?? [])).size, 2)
})

test('a further plan has the same port; each socket has somebody, however many workers there are', async t => {
  const pool = openPool(t)
  const addresses = { plain: at(0) }
  const [before] = await pool.forPlan({ workers: 2, addresses })
  const more = await pool.forPlan({ workers: 3, addresses })
  const one = await pool.forPlan({ workers: 1, addresses })
  for (const { plain } of [...more, ...one]) assert.equal(plain?.port, before?.plain?.port)
  const all = new Set(more.flatMap(({ plain }) => plain?.sockets ?? []))
  assert.deepEqual(new Set(one[0]?.plain?.sockets), all)
})

test('a server accepts on a socket of the pool', async t => {
  const pool = openPool(t)
  const [sockets] = await pool.forPlan({ workers: 1, addresses: { plain: at(0) } })
  const [socket] = sockets?.plain?.sockets ?? []
  const first = createServer().listen(socket)
  await once(first, 'listening')
  const client = connect(sockets?.plain?.port ?? 0, '127.0.0.1')
  await Promise.all([once(client, 'connect'), once(first, 'connection')])
  t.after(() => client.destroy())
})

test('a port that another program has, or a host that is not here, is refused with a sentence', async t => {
  const pool = openPool(t)
  const other = createServer().listen({ port: 0, host: '127.0.0.1' })
  await once(other, 'listening')
  t.after(() => other.close())
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await assert.rejects(pool.forPlan({ workers: 2, addresses: { plain: at(port) } }), {
    name: 'StartError',
    message: `port ${port} on 127.0.0.1 is in use; stop the program that has it, or choose another with --port`,
  })
  await assert.rejects(pool.forPlan({ workers: 2, addresses: { plain: { ...at(0), host: '192.0.2.1' } } }), {
    name: 'StartError',
    message: 'this machine has no address `192.0.2.1`; choose another with AMBIT_HOST',
  })
})

test('a port that is held already is had for another host, too', async t => {
  if (process.platform !== 'linux') return
  const pool = openPool(t)
  const [before] = await pool.forPlan({ workers: 2, addresses: { plain: at(0) } })
  const port = before?.plain?.port ?? 0
  const wider = { workers: 2, addresses: { plain: { ...at(port), host: '0.0.0.0' } } }
  const [after] = await pool.forPlan(wider)
  assert.equal(after?.plain?.port, port)
  pool.keepOnly(wider)
  const [back] = await pool.forPlan({ workers: 2, addresses: { plain: at(port) } })
  assert.equal(back?.plain?.port, port)
})

test('what was opened since is closed, also on a port that stays: no connection waits on a socket that nobody accepts from', async t => {
  const pool = openPool(t)
  const addresses = { plain: at(0) }
  const [before] = await pool.forPlan({ workers: 1, addresses })
  const { open } = pool
  const more = await pool.forPlan({ workers: 4, addresses: { ...addresses, tls: at(0) } })
  pool.goBackTo(open)
  const isOpen = (socket: object) => Number(Reflect.get(socket, 'fd')) >= 0
  const all = more.flatMap(({ plain, tls }) => [...(plain?.sockets ?? []), ...(tls?.sockets ?? [])])
  if (process.platform === 'linux') assert.deepEqual(all.filter(isOpen), before?.plain?.sockets)
  const [again] = await pool.forPlan({ workers: 1, addresses })
  assert.deepEqual(again, before, 'what was open stays')
})

test('what no plan names any longer is closed, and its port is free again', async t => {
  const pool = openPool(t)
  const [before] = await pool.forPlan({ workers: 2, addresses: { plain: at(0) } })
  const port = before?.plain?.port ?? 0
  const [after] = await pool.forPlan({ workers: 2, addresses: { plain: at(0), tls: at(0) } })
  pool.keepOnly({ workers: 2, addresses: { tls: at(0), plain: at(1) } })
  const again = createServer().listen({ port, host: '127.0.0.1' })
  await once(again, 'listening')
  again.close()
  const [kept] = await pool.forPlan({ workers: 2, addresses: { plain: at(0), tls: at(0) } })
  assert.equal(kept?.tls?.port, after?.tls?.port, 'what it names stays')
})
