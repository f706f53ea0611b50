import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Catalogue } from './catalogue.ts'
import { defineScopes } from './define-scopes.ts'
import type { ScopeSet } from './scope-set.ts'
import { printScope } from './scope-value.ts'

const shop = defineScopes({
  verbs: { read: {}, write: { includes: ['read'] } },
  scopes: {
    order: { default: true },
    'order:items': {},
    'order:write': {},
    orders: {},
    'inventory:read': { listed: false },
    'inventory:write': { risk: 'sensitive' },
    'inventory:price:read': {},
    'inventory:price:write': {},
    accounts: { coversInstances: ['account:{id}:read'] },
    'account:read': {},
    'account:{id}:read': { parameters: { id: 'integer' } },
    'account:{id}:card:read': { parameters: { id: 'integer' } },
    'account:{id}:card:{card}:read': { parameters: { id: 'integer', card: 'integer' } },
    'account:{id}:close': { parameters: { id: 'integer' }, implies: ['account:{id}:card:read', 'orders'] },
    admin: { implies: ['order', 'accounts', 'inventory:write'] },
  },
})

const print = (scope: ScopeSet): string => printScope(scope)

describe('coverage by name', () => {
  const cases: readonly (readonly [held: string, needed: string, isCovered: boolean])[] = [
    ['order', 'order', true],
    ['order', 'order:items', true],
    ['order:items', 'order', false],
    ['order', 'orders', false],
    ['order', 'order:write', false],
    ['order:write', 'order', false],
    ['order:write', 'order:items', false],
    ['inventory:write', 'inventory:price:write', true],
    ['inventory:price:write', 'inventory:write', false],
    ['inventory:write', 'inventory:read', true],
    ['inventory:write', 'inventory:price:read', true],
    ['inventory:read', 'inventory:write', false],
    ['inventory:price:write', 'inventory:read', false],
    ['admin', 'order:items', true],
    ['admin', 'order:write', false],
    ['admin', 'inventory:price:read', true],
    ['admin', 'account:7:card:read', true],
    ['account:7:read', 'account:7:card:read', true],
    ['account:7:read', 'account:8:card:read', false],
    ['account:7:read', 'account:7:card:1:read', false],
    ['account:7:card:read', 'account:7:card:1:read', false],
    ['account:read', 'account:7:read', false],
    ['accounts', 'account:7:read', true],
    ['accounts', 'account:7:card:read', true],
    ['accounts', 'account:7:card:1:read', false],
    ['account:7:read account:8:read', 'accounts', false],
    ['account:7:close', 'account:7:card:read', true],
    ['account:7:close', 'account:8:card:read', false],
    ['account:7:close', 'orders', true],
    ['account:7:close', 'account:7:read', false],
  ]
  for (const [held, needed, isCovered] of cases) {
    test(`\`${held}\` ${isCovered ? 'covers' : 'does not cover'} \`${needed}\``, () => {
      const sets = [shop.read(held.split(' ')), shop.read(needed.split(' '))] as const
      assert.deepEqual([sets[0].unknown, sets[1].unknown], [[], []])
      assert.equal(shop.covers(sets[0].scope, sets[1].scope), isCovered)
    })
  }

  test('a verb does not include another unless the catalogue says so', () => {
    const plain = defineScopes({ scopes: { 'a:write': {}, 'a:read': {}, a: {} } })
    assert.equal(plain.covers(plain.set('a:write'), plain.set('a:read')), false)
    assert.equal(plain.covers(plain.set('a'), plain.set('a:read')), false)
    assert.equal(plain.covers(plain.set('a'), plain.set('a:write')), false)
  })

  test('a name of one segment is no verb, even if it is spelt like one', () => {
    const odd = defineScopes({ verbs: ['read', 'write'], scopes: { read: {}, 'order:read': {}, 'read:all': {} } })
    assert.equal(odd.covers(odd.set('read'), odd.set('order:read')), false)
    assert.equal(odd.covers(odd.set('read'), odd.set('read:all')), true)
  })

  test('a name that ends in a verb does not cover a name that has it in the middle', () => {
    const odd = defineScopes({ verbs: ['write'], scopes: { 'order:write': {}, 'order:write:all': {} } })
    assert.equal(odd.covers(odd.set('order:write'), odd.set('order:write:all')), false)
  })

  test('a URI is one name, not a path of segments', () => {
    const uris = defineScopes({ scopes: { https: {}, 'https://a.example': {}, 'https://a.example:8443/x': {} } })
    assert.equal(uris.covers(uris.set('https'), uris.set('https://a.example')), false)
    assert.equal(uris.covers(uris.set('https://a.example'), uris.set('https://a.example:8443/x')), false)
  })

  test('segment rules can be turned off', () => {
    const flat = defineScopes({ segments: false, scopes: { order: {}, 'order:items': {} } })
    assert.equal(flat.covers(flat.set('order'), flat.set('order:items')), false)
  })

  test('parameters of another type are not the same value', () => {
    const mixed = defineScopes({
      scopes: {
        'a:{id}': { parameters: { id: 'string' } },
        'a:{id}:b': { parameters: { id: 'integer' } },
      },
    })
    assert.equal(mixed.covers(mixed.set('a:1'), mixed.set('a:1:b')), false)
  })

  test('more than 32 scopes are told apart', () => {
    const names = Array.from({ length: 100 }, (_, index) => `s${index}`)
    const scopes = Object.fromEntries(
      names.map((name, index) => [name, index < 98 ? { implies: [`s${index + 2}`] } : {}]),
    )
    const many = defineScopes({ scopes })
    for (const index of [0, 30, 31, 32, 33, 63, 64, 65, 97]) {
      assert.equal(many.covers(many.set(`s${index}`), many.set(`s${98 + (index % 2)}`)), true)
      assert.equal(many.covers(many.set(`s${index}`), many.set(`s${99 - (index % 2)}`)), false)
    }
  })
})

describe('tokens', () => {
  test('unknown tokens are told apart, and cover nothing', () => {
    const parsed = shop.parse('order nope order:nope nope')
    assert.ok(parsed.ok)
    assert.deepEqual(parsed.value.unknown, ['nope', 'order:nope'])
    assert.deepEqual(parsed.value.scope.tokens, ['order'])
  })

  test('there is no wildcard in a token', () => {
    for (const token of ['*', 'order:*', 'account:*:read', 'account:{id}:read', 'account::read', '.*']) {
      assert.deepEqual(shop.read([token]).unknown, [token])
    }
  })

  test('a value that does not fit its type makes no instance', () => {
    const typed = defineScopes({
      verbs: ['read'],
      scopes: {
        's:{v}': { parameters: { v: 'string' } },
        'i:{v}:x': { parameters: { v: 'integer' } },
        'u:{v}': { parameters: { v: 'uuid' } },
        'l:{v}': { parameters: { v: ['eu', 'us'] } },
      },
    })
    const known = ['s:a', 's:A~b', 'i:0:x', 'i:42:x', 'u:0190163d-8694-739b-aea5-966c26f8ad91', 'l:eu']
    const unknown = ['s:a b', 's:"', 's:é', 's:', 's:{v}', 's:read', 's:a:b', 'i:042:x', 'i:-1:x', 'i:1e3:x']
    const alsoUnknown = ['u:0190163D-8694-739B-AEA5-966C26F8AD91', 'u:1', 'l:EU', 'l:eu,us', `i:${'9'.repeat(20)}:x`]
    assert.deepEqual(typed.read(known).unknown, [])
    assert.deepEqual(typed.read([...unknown, ...alsoUnknown]).scope.tokens, [])
  })

  test('names that every object has are no scopes', () => {
    assert.deepEqual(shop.read(['constructor', '__proto__', 'toString']).unknown, [
      'constructor',
      '__proto__',
      'toString',
    ])
  })

  test('a malformed scope value is refused by the catalogue too', () => {
    const parsed = shop.parse('order  orders')
    assert.ok(!parsed.ok)
    assert.equal(parsed.error.index, 6)
  })

  test('a text seen before gives the same set, one with unknown tokens is not kept', () => {
    assert.equal(shop.parse('orders order'), shop.parse('orders order'))
    assert.notEqual(shop.parse('orders what'), shop.parse('orders what'))
  })

  test('an unknown scope in a set is a bug', () => {
    const unchecked: string[] = ['order', 'nope']
    const anyShop: Catalogue = shop
    assert.throws(() => anyShop.set(...unchecked), new RangeError('unknown scope `nope`'))
  })

  test('a set of another catalogue is a bug', () => {
    const other = defineScopes({ scopes: { order: {} } })
    assert.throws(() => shop.covers(shop.empty, other.empty), TypeError)
    assert.throws(() => shop.narrow({ tokens: ['order'], size: 1, has: () => true }, shop.empty), TypeError)
  })

  test('a set shows its tokens, and nothing of its catalogue', () => {
    const set = shop.set('order', 'orders')
    assert.equal(JSON.stringify(set), '{"tokens":["order","orders"]}')
    assert.deepEqual([set.size, set.has('order'), set.has('order:items')], [2, true, false])
    assert.throws(() => Array.prototype.push.call(set.tokens, 'admin'), TypeError)
  })
})

describe('operations', () => {
  test('narrow gives what was asked where it is held', () => {
    const asked = shop.set('order:items', 'inventory:read')
    assert.equal(shop.narrow(shop.set('admin'), asked), asked)
  })

  test('narrow gives what is held of an umbrella that was asked', () => {
    assert.equal(print(shop.narrow(shop.set('order:items'), shop.set('order'))), 'order:items')
    assert.equal(print(shop.narrow(shop.set('account:7:read'), shop.set('admin'))), 'account:7:read')
    assert.equal(print(shop.narrow(shop.set('admin'), shop.set('account:7:close'))), 'account:7:card:read')
  })

  test('narrow gives what two umbrellas have in common', () => {
    const abc = defineScopes({
      scopes: { a: { implies: ['c', 'd'] }, b: { implies: ['c', 'd'] }, c: { implies: ['d'] }, d: {} },
    })
    assert.equal(print(abc.narrow(abc.set('a'), abc.set('b'))), 'c')
  })

  test('narrow keeps the asked tokens, in their order, before what is left of others', () => {
    const held = shop.set('inventory:price:read', 'orders', 'order:items')
    const asked = shop.set('inventory:write', 'orders', 'order', 'order:items')
    assert.equal(print(shop.narrow(held, asked)), 'orders order:items inventory:price:read')
  })

  test('narrow never widens to a scope that stands beside', () => {
    assert.equal(print(shop.narrow(shop.set('order:write'), shop.set('order', 'orders'))), '')
  })

  test('simplify drops what others in the set cover', () => {
    const scope = shop.set('order:items', 'admin', 'order:write', 'account:7:read', 'account:7:card:read')
    assert.equal(print(shop.simplify(scope)), 'admin order:write')
    const instances = shop.set('account:7:card:read', 'account:7:read', 'account:8:card:read')
    assert.equal(print(shop.simplify(instances)), 'account:7:read account:8:card:read')
  })

  test('expand names everything that is reached', () => {
    assert.equal(print(shop.expand(shop.set('account:7:close'))), 'account:7:close orders account:7:card:read')
    assert.equal(print(shop.expand(shop.set('order'))), 'order order:items')
  })

  test('where every instance is reached, this is said by the declared name', () => {
    assert.deepEqual(shop.everyInstance(shop.set('admin')), ['account:{id}:read', 'account:{id}:card:read'])
    assert.deepEqual(shop.everyInstance(shop.set('account:7:read')), [])
  })

  test('missing gives the needed tokens that are not covered', () => {
    assert.equal(
      print(shop.missing(shop.set('order'), shop.set('order:items', 'order:write', 'orders'))),
      'order:write orders',
    )
  })

  test('union names each token once', () => {
    assert.equal(print(shop.union(shop.set('order', 'orders'), shop.set('orders', 'admin'))), 'order orders admin')
    const both = shop.set('order', 'orders')
    assert.equal(shop.union(both, shop.set('orders')), both)
  })
})

describe('what a catalogue knows', () => {
  test('names, defaults and listed names come from the declarations', () => {
    assert.equal(shop.names.length, 15)
    assert.deepEqual(shop.defaults.tokens, ['order'])
    assert.equal(shop.empty.size, 0)
    assert.ok(!shop.listed.includes('inventory:read'))
    assert.ok(!shop.listed.includes('account:{id}:read'))
    assert.ok(shop.listed.includes('admin'))
  })

  test('a definition has all defaults filled in', () => {
    assert.deepEqual(shop.definition('order'), {
      name: 'order',
      title: 'order',
      description: undefined,
      resource: undefined,
      implies: [],
      consent: 'ask',
      default: true,
      risk: 'ordinary',
      grantTypes: undefined,
      accessTokenTtl: undefined,
      acr: undefined,
      deprecated: false,
      parameters: {},
      coversInstances: [],
      listed: true,
      version: 1,
    })
  })

  test('a definition is found by token, by instance and by declared name', () => {
    assert.equal(shop.definition('account:7:read')?.name, 'account:{id}:read')
    assert.equal(shop.definition('account:{id}:read')?.name, 'account:{id}:read')
    assert.equal(shop.definition('account:x:read'), undefined)
    assert.equal(shop.definition('inventory:write')?.risk, 'sensitive')
  })
})
