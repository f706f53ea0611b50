import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineScopes, meets } from '@ambit/scope'
import fc from 'fast-check'
import { shop } from '../testing/shop.ts'
import { openingCells } from './opening-cells.ts'
import { picture } from './picture.ts'
import { anyPolicy, policyOf, subsetsOf } from './random-policies.test.ts'

describe('openingCells', () => {
  const scopes = defineScopes({
    scopes: { order: {}, 'order:items': {}, stock: {}, 'account:{id}': { parameters: { id: 'integer' } } },
  })

  test('tells alone from in part, and the scope itself from one that covers it', () => {
    const policy = policyOf(scopes, {
      list: 'order:items',
      move: { allOf: ['order:items', 'stock'] },
      seven: 'account:7',
      name: { allOf: [] },
    })
    const cells = openingCells(policy).map(({ action, scope, opens, by }) => [action, scope, opens, by])
    assert.deepEqual(cells, [
      ['list', 'order', 'alone', 'coverage'],
      ['list', 'order:items', 'alone', 'itself'],
      ['move', 'order', 'in_part', 'coverage'],
      ['move', 'order:items', 'in_part', 'itself'],
      ['move', 'stock', 'in_part', 'itself'],
      ['seven', 'account:{id}', 'alone', 'itself'],
    ])
  })

  test('there is a cell exactly where the scope ever makes a difference', () => {
    fc.assert(
      fc.property(anyPolicy(6), ({ policy, tokens }) => {
        const { catalogue, actions } = policy
        const cells = openingCells(policy)
        for (const { name, requirement } of actions.values()) {
          const opens = (held: readonly string[]) => meets(catalogue, catalogue.set(...held), requirement)
          for (const token of tokens) {
            const cell = cells.find(({ action, scope }) => action === name && scope === token)
            const helps = subsetsOf(tokens).some(set => !opens(set) && opens([...set, token]))
            assert.equal(cell !== undefined, helps)
            assert.equal(cell?.opens === 'alone', helps && opens([token]))
          }
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('picture', () => {
  const svg = picture(shop.model)

  test('has a title and a text alternative that tells all that it shows', () => {
    assert.match(
      svg,
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" role="img" aria-labelledby="ambit-title ambit-desc"/,
    )
    assert.match(svg, /<title id="ambit-title">Which scopes open which actions<\/title>/)
    assert.match(
      svg,
      /order\.refund is opened by order:refund, or order:items with inventory:write, if its rules hold: own store; /,
    )
    assert.match(svg, /item\.create is opened by inventory:write\./)
  })

  test('has a shape for each cell, a row for each action and a column for each scope', () => {
    const cells = openingCells(shop.model)
    assert.equal(svg.match(/<path [^>]*><title>/g)?.length, cells.length)
    for (const { action, scope } of cells)
      assert.match(svg, new RegExp(`<title>${scope} (?:helps to )?opens? ${action}`))
  })

  test('follows the colours that the reader prefers, and has no script', () => {
    assert.match(svg, /@media\(prefers-color-scheme:dark\)/)
    assert.doesNotMatch(svg, /<script|\bon[a-z]+=|href|url\(/)
  })

  test('shows what is said about actions and scopes, in words', () => {
    const marked = picture(shop.model, {
      title: 'Reach',
      actions: new Map([['item.read', { tone: 'good', label: 'yes' }]]),
      scopes: new Map([['order', { tone: 'quiet', label: 'needed nowhere' }]]),
    })
    assert.match(marked, /<text class="good"[^>]*>yes<\/text>/)
    assert.match(marked, /<text class="quiet"[^>]*><title>order<\/title>order · needed nowhere<\/text>/)
    assert.match(marked, /item\.read is opened by inventory:read, if its rules hold: own store \(yes\)\./)
  })

  test('says where any good token is enough', () => {
    const policy = policyOf(defineScopes({ scopes: { a: {} } }), { 'shop.name': { allOf: [] } })
    assert.match(picture(policy), /shop\.name is opened by any good token\./)
    assert.match(picture(policy), />shop\.name \(any good token\)<\/text>/)
  })

  test('lets no name, rule, title or label become markup', () => {
    const hostile = `<x a='&">\u0000\ud800`
    const scopes = defineScopes({ segments: false, scopes: { "<x>&'": {} } })
    const policy = policyOf(
      scopes,
      { [hostile]: "<x>&'" },
      { [hostile]: [{ kind: 'when', name: hostile, condition: { kind: 'constant', value: true } }] },
    )
    const mark = { tone: 'warn', label: hostile } as const
    const drawn = picture(policy, {
      title: hostile,
      actions: new Map([[hostile, mark]]),
      scopes: new Map([["<x>&'", mark]]),
    })
    assert.doesNotMatch(drawn, /<x/)
    assert.doesNotMatch(drawn, /&(?!(?:amp|lt|gt|quot|#39);)/)
    assert.doesNotMatch(drawn, /[^\P{Cc}\n]|\p{Cs}/u)
  })

  test('cuts names that are too long, and keeps them whole in the tooltip', () => {
    const name = 'a'.repeat(100)
    const policy = policyOf(defineScopes({ scopes: { b: {} } }), { [name]: 'b' })
    assert.match(picture(policy), new RegExp(`<title>${name}</title>a{47}…</text>`))
  })
})
