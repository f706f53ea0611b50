import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSend } from '../../node/raw-send.ts'
import { fieldValues } from '../../wire/exchange.ts'
import { listenPlantedApi } from './listen.ts'

test('RFC 9112 §3.2: targets and fields reach the planted API as they were sent', async () => {
  const api = await listenPlantedApi({ defects: ['path-normalized'] })
  const send = createSend({ now: Date.now, clock: () => performance.now() })
  const ask = (target: string, ...authorization: readonly string[]) =>
    send({
      method: 'GET',
      origin: api.origin,
      target,
      headers: authorization.map(value => ['Authorization', value] as const),
    })
  try {
    const strange = await ask('//petstore/./pets/')
    assert.ok(strange.kind === 'answered' && strange.response.status === 200)
    const twice = await ask('/petstore/pets', 'Bearer a', 'Bearer b')
    assert.ok(twice.kind === 'answered' && twice.response.status === 400)
    const none = await ask('/petstore/pets')
    assert.ok(none.kind === 'answered' && none.response.status === 401)
    assert.equal(fieldValues(none.response.headers, 'www-authenticate').length, 2)
  } finally {
    send.close()
    await api.close()
  }
})
