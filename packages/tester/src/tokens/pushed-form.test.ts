import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SentRequest } from '../wire/exchange.ts'
import type { Pair } from './endpoint-request.ts'
import { pushedForm } from './pushed-form.ts'

const pairs: readonly Pair[] = [
  ['client_id', 'shop'],
  ['scope', 'read'],
]
const make =
  (brought: readonly Pair[]) =>
  (given: readonly Pair[]): SentRequest => ({
    method: 'POST',
    origin: 'https://as.example',
    target: '/par',
    headers: [],
    body: new URLSearchParams([...given, ...brought].map(([name, value]) => [name, value])).toString(),
  })

test('RFC 9126 §2.1: a pushed request names its client, also where the name stands in a header', () => {
  assert.equal(pushedForm(pairs, { clientId: 'shop' }, make([])).body, 'scope=read&client_id=shop')
})

test('RFC 9126 §2.1: a pushed request names its client once where the authentication brings the name', () => {
  assert.equal(pushedForm(pairs, { clientId: 'shop' }, make([['client_id', 'shop']])).body, 'scope=read&client_id=shop')
})
