import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from '../wire/exchange.ts'
import { createContext } from './context.ts'
import { memoryParts } from './testing/memory-run.ts'
import { sampleApi, sampleOperation, sampleOrigin, sampleTarget } from './testing/sample-target.ts'
import { deleteMade, deletionOf } from './undo-create.ts'

const remove = sampleOperation('DELETE /pets/{id}', {
  parameters: [{ name: 'id', in: 'path', isRequired: true, schema: true, example: '1' }],
})
const api = sampleApi([sampleOperation('POST /pets'), remove])

function made(location: string | undefined, body: string, status = 201): Exchange {
  const request = { method: 'POST', origin: sampleOrigin, target: '/pets', headers: [] }
  const headers = location === undefined ? [] : [['Location', location] as const]
  return { kind: 'answered', request, sentAt: 0, duration: 1, response: { status, headers, body, isCut: false } }
}

test('RFC 9110 §10.2.2: what was made is found by its address or its id, at this API alone', () => {
  assert.equal(deletionOf(made('/pets/7', ''), api)?.target, '/pets/7')
  assert.equal(deletionOf(made(`${sampleOrigin}/pets/7`, ''), api)?.target, '/pets/7')
  assert.equal(deletionOf(made('https://elsewhere.example/pets/7', ''), api), undefined)
  assert.equal(deletionOf(made(undefined, '{"id":8}', 200), api)?.target, '/pets/8')
  assert.equal(deletionOf(made(undefined, '{"name":"Rex"}'), api), undefined)
})

test('RFC 9110 §9.3.5: what is gone already is fine, and anything else is told', async () => {
  for (const [status, isFine] of [
    [204, true],
    [404, true],
    [410, true],
    [403, false],
    [500, false],
  ] as const) {
    const { parts } = memoryParts(sampleTarget([], { api }), { answer: () => ({ status }) })
    const options = { name: 'x', seed: '1', signal: new AbortController().signal, onEnd: () => {}, nonces: new Map() }
    const { context } = createContext(parts, options)
    const work = deleteMade({ operation: remove, target: '/pets/7' }, api, context)
    if (isFine) await work
    else await assert.rejects(work, new RegExp(`answered by ${status}`))
  }
})
