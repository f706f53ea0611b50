import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AuthorizationDetail, isRefusal } from '@ambit/protocol'
import { pets } from '../../testing/catalogue.ts'
import { account, detailTypes, payment, stamp, visit } from '../../testing/details.ts'
import { narrowDetails } from './narrow-details.ts'

const amount = (sum: string, currency = 'EUR') => ({ ...payment, instructedAmount: { currency, amount: sum } })

const within: readonly (readonly [string, readonly AuthorizationDetail[], readonly AuthorizationDetail[]])[] = [
  ['the same', [payment, account], [account, payment]],
  ['one of several', [payment, account, visit], [account]],
  ['a lower amount of a limit', [payment], [amount('100')]],
  ['the same amount in other digits', [payment], [amount('123.500')]],
  ['fewer choices', [account], [{ ...account, actions: ['balance'] }]],
  ['a lower number of a limit', [account], [{ ...account, days: 7 }]],
  ['choices in another order', [account], [{ ...account, actions: ['balance', 'list'] }]],
  [
    'two of two, whichever fits which',
    [account, { ...account, actions: ['list'] }],
    [{ ...account, actions: ['list'] }, account],
  ],
]
for (const [name, granted, asked] of within)
  test(`RFC 9396 §6: a token request names what it wants of the granted details: ${name}`, () => {
    assert.deepEqual(narrowDetails(detailTypes, granted, asked), asked)
  })

const beyond: readonly (readonly [string, readonly AuthorizationDetail[], readonly AuthorizationDetail[]])[] = [
  ['another type', [payment], [account]],
  ['a type that is no longer known', [{ type: 'bygone' }], [{ type: 'bygone' }]],
  ['more money', [payment], [amount('123.501')]],
  ['another currency', [payment], [amount('1', 'SEK')]],
  ['another creditor', [payment], [{ ...payment, creditor: { ...payment.creditor, name: 'Merchant B' } }]],
  ['a field that was not granted', [payment], [{ ...payment, remark: 'x' }]],
  ['without a field that was granted', [{ ...account, days: 7 }], [{ type: 'account', actions: ['list'] }]],
  ['another choice', [account], [{ ...account, actions: ['history'] }]],
  ['more choices', [account], [{ ...account, actions: ['list', 'balance', 'history'] }]],
  ['a higher number', [account], [{ ...account, days: 31 }]],
  ['fewer of what cannot be narrowed', [{ ...visit, privileges: ['guest', 'host'] }], [visit]],
  ['fewer resources', [visit], [{ ...visit, locations: [pets] }]],
  ['a lower number of what is no limit', [stamp], [{ ...stamp, weight: 10 }]],
  ['one payment twice', [payment, account], [payment, payment]],
  ['one payment in two parts', [payment], [amount('60'), amount('63.50')]],
]
for (const [name, granted, asked] of beyond)
  test(`RFC 9396 §6.1: a token request for more than was granted is refused: ${name}`, () => {
    const narrowed = narrowDetails(detailTypes, granted, asked)
    assert.ok(isRefusal(narrowed) && narrowed.error === 'invalid_authorization_details')
  })
