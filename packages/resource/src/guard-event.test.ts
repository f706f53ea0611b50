import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GuardEvent } from './guard-event.ts'
import { believingGuard } from './testing/guarded.ts'
import { requestWith, start } from './testing/issuer.ts'

function watched(claims: Readonly<Record<string, unknown>> = {}) {
  const events: GuardEvent[] = []
  return { events, guard: believingGuard(claims, { observe: event => void events.push(event) }) }
}

const sender = { issuer: 'https://as.example', principal: 'user https://as.example user-1', clientId: 'shop' }

test('guard: each decision is told once, with who asked for what and why', async () => {
  const { guard, events } = watched()
  await guard(requestWith('a'), 'read_pets')
  await guard(requestWith('a'), { anyOf: [{ allOf: ['read_pets', 'write_pets'] }, 'admin'] })
  await guard(requestWith('a'), { scope: 'read_pets', maxAge: 1 })
  await guard({ headers: {}, query: '', body: '' }, 'read_pets')
  assert.deepEqual(events, [
    { kind: 'allowed', operation: 'read_pets', usedScope: ['read_pets'], at: start, ...sender },
    {
      kind: 'refused',
      operation: 'read_pets write_pets | admin',
      status: 403,
      error: 'insufficient_scope',
      reason: 'the access token lacks the scope `write_pets`',
      usedScope: [],
      at: start,
      ...sender,
    },
    {
      kind: 'refused',
      operation: 'read_pets',
      status: 401,
      error: 'insufficient_user_authentication',
      reason: 'the user logged in more than 1 s ago, or nobody knows when',
      usedScope: [],
      at: start,
      ...sender,
    },
    {
      kind: 'refused',
      operation: 'read_pets',
      status: 401,
      usedScope: [],
      at: start,
      reason: 'no access token was sent in the `Authorization` field',
    },
  ])
})

test('guard: no event holds a token or a claim that was not asked for', async () => {
  const { guard, events } = watched({ email: 'secret-mail@example.com', scope: 'write_pets' })
  for (const token of ['secret-token', 'secret-token, secret-other'])
    await guard(
      requestWith(token, { headers: { authorization: `Bearer ${token}`, dpop: 'secret-proof' } }),
      'read_pets',
    )
  assert.equal(events.length, 2)
  assert.doesNotMatch(JSON.stringify(events), /secret/)
})
