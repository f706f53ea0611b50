import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { inventory, pets } from '../../testing/catalogue.ts'
import { testClient } from '../../testing/clients.ts'
import { account, detailClients, detailTypes, payment, stamp, visit } from '../../testing/details.ts'
import { testWorld } from '../../testing/world.ts'
import { detailLimits, parseDetails } from './parse-details.ts'

const { context } = await testWorld()
const [shop = testClient({ name: 'nobody' })] = detailClients

function read(details: unknown, client = shop) {
  const text = typeof details === 'string' ? details : JSON.stringify(details)
  return parseDetails(context, detailTypes, { client, text })
}

const good: readonly (readonly [string, readonly object[]])[] = [
  ['a payment', [payment]],
  ['an optional field', [{ ...payment, remark: 'for the cat' }]],
  ['several, of one type and of others', [payment, payment, account, visit]],
  ['without an optional field', [{ type: 'account', actions: ['list'] }]],
  ['one that must be alone, alone', [stamp]],
  ['as much money as may be', [{ ...payment, instructedAmount: { currency: 'SEK', amount: '1000.000' } }]],
]
for (const [name, details] of good)
  test(`RFC 9396 §2: details that are as they are declared are read as they are: ${name}`, () => {
    assert.deepEqual(read(details), details)
  })

const malformed: readonly (readonly [string, unknown])[] = [
  ['no JSON', '[{"type":"payment"'],
  ['an object', payment],
  ['an empty list', []],
  ['a text', '"payment"'],
  ['a list of texts', ['payment']],
  ['a list of lists', [[payment]]],
  ['nothing', [null]],
  ['a member twice', JSON.stringify([payment]).replace('{"type"', '{"type":"stamp","type"')],
  ['a member twice, deep within', JSON.stringify([payment]).replace('"name"', '"name":"Merchant B","name"')],
]
for (const [name, details] of malformed)
  test(`RFC 9396 §2: what is no JSON array of objects is refused: ${name}`, () => {
    const read_ = read(details)
    assert.ok(isRefusal(read_) && read_.error === 'invalid_authorization_details')
  })

const refused: readonly (readonly [string, string, unknown])[] = [
  ['an unknown type', 'is not known here', [{ ...payment, type: 'gift' }]],
  ['a type that every object has', 'is not known here', [{ ...payment, type: 'constructor' }]],
  ['no type', 'a `type`', [{ instructedAmount: payment.instructedAmount }]],
  ['a type that is no text', 'a `type`', [{ ...payment, type: 7 }]],
  ['an unknown field', '`note` is not a field', [{ ...payment, note: 'x' }]],
  [
    'an unknown field that every object has',
    'is not a field',
    JSON.stringify([payment]).replace('{', '{"__proto__":1,'),
  ],
  [
    'an unknown field within a field',
    '`bic` is not a field',
    [{ ...payment, creditor: { ...payment.creditor, bic: 'x' } }],
  ],
  ['a common field that is not declared', '`locations` is not a field', [{ ...payment, locations: [pets] }]],
  ['a missing field', '`instructedAmount` is missing', [{ ...payment, instructedAmount: undefined }]],
  ['a missing field within a field', '`iban` is missing', [{ ...payment, creditor: { name: 'A' } }]],
  ['a field that is null', '`remark` must be', [{ ...payment, remark: null }]],
  ['a list for an object', '`creditor` must be an object', [{ ...payment, creditor: [payment.creditor] }]],
  ['a number for a text', '`remark` must be', [{ ...payment, remark: 1 }]],
  ['an empty text', '`remark` must be', [{ ...payment, remark: ' ' }]],
  ['a text that is too long', '`remark` must be', [{ ...payment, remark: 'x'.repeat(21) }]],
  ['a text of two lines', '`remark` must be', [{ ...payment, remark: 'a\nb' }]],
  ['a text that nobody sees', '`remark` must be', [{ ...payment, remark: '\u3164' }]],
  ['a text that turns the writing direction', '`remark` must be', [{ ...payment, remark: 'a\u202eb' }]],
  [
    'a text that is not as its pattern',
    '`iban` must be',
    [{ ...payment, creditor: { name: 'A', iban: 'xDE0210010010930x' } }],
  ],
  ['a number for an amount', '`instructedAmount` must be', [{ ...payment, instructedAmount: 123.5 }]],
  ['an amount that is a number', 'must be', [{ ...payment, instructedAmount: { currency: 'EUR', amount: 123.5 } }]],
  ['an amount below nothing', 'must be', [{ ...payment, instructedAmount: { currency: 'EUR', amount: '-1' } }]],
  ['an amount in other digits', 'must be', [{ ...payment, instructedAmount: { currency: 'EUR', amount: '1e2' } }]],
  ['an amount with more', 'must be', [{ ...payment, instructedAmount: { currency: 'EUR', amount: '1', fee: '9' } }]],
  ['another currency', 'must be', [{ ...payment, instructedAmount: { currency: 'USD', amount: '1' } }]],
  ['too much money', 'must be', [{ ...payment, instructedAmount: { currency: 'EUR', amount: '1000.001' } }]],
  ['a text for a list', '`actions` must be', [{ ...account, actions: 'list' }]],
  ['an empty list of choices', '`actions` must be', [{ ...account, actions: [] }]],
  ['an unknown choice', '`actions` must be', [{ ...account, actions: ['list', 'delete'] }]],
  ['a choice that every object has', '`actions` must be', [{ ...account, actions: ['toString'] }]],
  ['a choice twice', '`actions` must be', [{ ...account, actions: ['list', 'list'] }]],
  ['a number that is a text', '`days` must be', [{ ...account, days: '30' }]],
  ['a number that is too low', '`days` must be', [{ ...account, days: 0 }]],
  ['a number that is too high', '`days` must be', [{ ...account, days: 91 }]],
  ['a number that is not whole', '`days` must be', [{ ...account, days: 1.5 }]],
  ['a number that is endless', '`weight` must be', '[{"type":"stamp","weight":1e999}]'],
  ['an unknown resource', '`locations` must be', [{ ...visit, locations: ['https://elsewhere.example'] }]],
  ['a resource twice', '`locations` must be', [{ ...visit, locations: [inventory, inventory] }]],
  ['too many', 'more than 10', Array.from({ length: 11 }, () => payment)],
  ['too long', 'longer than', JSON.stringify([payment]).padEnd(detailLimits.characters + 1)],
  ['another beside one that must be alone', 'the only object', [stamp, visit]],
]
for (const [name, words, details] of refused)
  test(`RFC 9396 §5: the server refuses ${name}`, () => {
    const read_ = read(details)
    assert.ok(isRefusal(read_) && read_.error === 'invalid_authorization_details')
    assert.match(read_.description, new RegExp(words))
  })

test('RFC 9396 §10: a client uses only the types that it is registered for', () => {
  const poor = testClient({ name: 'poor', metadata: { authorization_details_types: ['account'] } })
  assert.deepEqual(read([account], poor), [account])
  for (const client of [poor, testClient({ name: 'poorer' })]) {
    const read_ = read([payment], client)
    assert.ok(isRefusal(read_) && /not registered/.test(read_.description))
  }
})

test('RFC 9396 §10: a client keeps the types that are left when the server stops to know one', () => {
  const old = testClient({ name: 'old', metadata: { authorization_details_types: ['account', 'bygone'] } })
  assert.deepEqual(read([account], old), [account])
  assert.ok(isRefusal(read([{ type: 'bygone' }], old)))
})

test('RFC 9396 §5: a refusal repeats nothing of what is strange', () => {
  const read_ = read([{ ...payment, '<script>"': 'x' }])
  assert.ok(isRefusal(read_) && !/script/.test(read_.description))
})
