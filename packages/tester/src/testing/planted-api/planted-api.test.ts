import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readOperations } from '@ambit/policy'
import { isGuarded } from '../../catalogue/plan-on.ts'
import { type Exchange, fieldValue } from '../../wire/exchange.ts'
import { createCaseWorld } from '../case-world.ts'
import type { Defect } from './defects.ts'

async function call(key: string, options: { defects?: readonly Defect[]; scope?: readonly string[] } = {}) {
  const world = createCaseWorld(options)
  const sent: Exchange[] = []
  const context = world.context(sent)
  const operation = world.target.api?.operations.find(each => each.key === key) ?? assert.fail(key)
  const request = context.call(operation) ?? assert.fail(key)
  const { scope = context.leastScope(operation) } = options
  const { resource = '' } = operation
  const outcome = await context.tokens.token({ scope, resource })
  const exchange = await context.send(outcome.kind === 'token' ? context.withToken(request, outcome.token) : request)
  return exchange.kind === 'answered' ? exchange.response : assert.fail(exchange.detail)
}

describe('the careful planted API', () => {
  const operations = createCaseWorld().target.api?.operations.filter(isGuarded) ?? []

  test('its document is read without a problem', () => {
    assert.deepEqual(readOperations(createCaseWorld().api.document).problems, [])
    assert.equal(operations.length, 18)
  })

  for (const { key } of operations) {
    test(`${key}: a good token of the least scope opens it`, async () => {
      const response = await call(key)
      assert.ok([200, 201, 204].includes(response.status), response.body)
    })
    test(`RFC 6750 §3.1: ${key}: too little scope is 403 with the scope that is wanted`, async () => {
      const response = await call(key, { scope: [] })
      assert.equal(response.status, 403)
      assert.match(fieldValue(response.headers, 'www-authenticate') ?? '', /error="insufficient_scope".*scope="/)
    })
  }

  test('what the policy cannot judge is not done', async () => {
    const { api, context } = createCaseWorld()
    const { secrets, tokens } = context([])
    for (const body of ['', '{}', '{"amount":"10"}']) {
      const outcome = await tokens.token({ scope: ['write_orders'], resource: 'https://api.planted.test/petstore' })
      const token = outcome.kind === 'token' ? outcome.token.accessToken : secrets.secret('access token', 'none')
      const { status } = await api.answer({
        method: 'POST',
        origin: 'https://api.planted.test',
        target: '/petstore/payments',
        headers: [['Authorization', `Bearer ${token.reveal()}`]],
        body,
      })
      assert.equal(status, 400, body)
    }
  })
})
