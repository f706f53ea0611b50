import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseJson } from '../testing/json.ts'
import { policyCli, shopPolicy } from '../testing/policy-files.ts'

const item = { 'item.json': '{"store":"s1","price":1000}' }

test('policy explain tells each rule with its values, and what came of it', async t => {
  const cli = policyCli(t, item)
  const words = 'policy explain shop.ts item.updatePrice --scope inventory:price:write --resource @item.json'
  const refused = await cli.run(`${words} --input @far.json`, {})
  assert.equal(refused.code, 2)
  assert.match(refused.err, /--input: JSON is wanted[\s\S]*far\.json/)
  const { code, out } = await policyCli(t, { ...item, 'far.json': '{"newPrice":1201}' }).run(
    `${words} --input @far.json`,
  )
  assert.equal(code, 0)
  assert.match(out, /at most 20 %: input\.newPrice 1201 within 20 % of item\.price 1000 → false/)
  assert.match(out, /→ forbidden by at most 20 %/)
})

test('policy explain prints JSON, with scopes as names', async t => {
  const { code, out } = await policyCli(t).run('policy explain shop.ts item.read --scope order --json')
  assert.equal(code, 0)
  assert.partialDeepStrictEqual(parseJson(out), {
    action: 'item.read',
    decision: { kind: 'insufficient_scope', needed: ['inventory:read'], missing: ['inventory:read'] },
  })
})

test('policy explain reads claims, and facts that are known', async t => {
  const cli = policyCli(t, {
    'claims.json': '{"store":"s1","sub":"ben"}',
    'facts.json': '{"friends":["ben"]}',
    ...item,
  })
  const own = await cli.run(
    'policy explain shop.ts item.read --scope inventory:read --claims @claims.json --resource @item.json --json',
  )
  assert.partialDeepStrictEqual(parseJson(own.out), { decision: { kind: 'allow' } })
  const words = 'policy explain shop.ts order.list --scope order --claims @claims.json --json'
  assert.partialDeepStrictEqual(parseJson((await cli.run(words)).out), {
    decision: { kind: 'forbidden', rule: 'a friend' },
  })
  assert.partialDeepStrictEqual(parseJson((await cli.run(`${words} --facts @facts.json`)).out), {
    decision: { kind: 'allow' },
  })
})

test('policy explain: claims that are no object, and a scope that is none, are wrong usage', async t => {
  const cli = policyCli(t, { 'list.json': '[]' })
  for (const words of ['--claims @list.json', '--scope "a  b"', '--facts @list.json']) {
    const { code, err } = await cli.run(`policy explain shop.ts item.read ${words}`)
    assert.equal(code, 2, err)
  }
})

test('policy explain: an unknown scope is told, since it covers nothing', async t => {
  const { code, err } = await policyCli(t).run('policy explain shop.ts item.read --scope "inventory:raed"')
  assert.equal(code, 0)
  assert.match(err, /unknown scope `inventory:raed`, which covers nothing; did you mean `inventory:read`\?/)
})

test('an action that the policy does not have is not found, and a near miss is told', async t => {
  const cli = policyCli(t)
  const near = await cli.run('policy explain shop.ts item.raed')
  assert.deepEqual(
    [near.code, near.err],
    [3, 'ambit: the policy has no action `item.raed`; did you mean `item.read`?\n'],
  )
  const far = await cli.run('policy least shop.ts item.read pets')
  assert.equal(far.code, 3)
  assert.match(far.err, /no action `pets`; it has item\.read, item\.updatePrice, order\.list/)
})

test('policy least finds the least set of scopes, within a ceiling and for a grant type', async t => {
  const cli = policyCli(t)
  const { code, out } = await cli.run('policy least shop.ts item.read order.list --json')
  assert.equal(code, 0)
  assert.deepEqual(parseJson<unknown>(out), {
    actions: ['item.read', 'order.list'],
    scope: ['inventory:read', 'order:items'],
    further: [],
  })
  assert.match((await cli.run('policy least shop.ts order.list --ceiling order')).out, /scope +order:items\n/)
  const never = await cli.run('policy least shop.ts item.updatePrice --grant-type client_credentials')
  assert.deepEqual([never.code, never.err], [1, 'ambit: no scope that may be chosen opens `item.updatePrice`\n'])
  const wrong = await cli.run('policy least shop.ts item.read --ceiling nope')
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /--ceiling: unknown scope `nope`/)
  assert.equal((await cli.run('policy least shop.ts item.read --ceiling "a  b"')).code, 2)
})

test('policy unused lists the scopes that no action needs, and why', async t => {
  const cli = policyCli(t)
  const { code, out } = await cli.run('policy unused shop.ts')
  assert.equal(code, 0)
  assert.match(out, /^order +no action asks for it; it covers order:items$/m)
  assert.match(out, /^spare +opens nothing$/m)
  assert.deepEqual(
    parseJson<{ name: string }[]>((await cli.run('policy unused shop.ts --json')).out).map(each => each.name),
    ['order', 'spare'],
  )
})

const wrongModules = [
  ['nothing.ts', undefined, /nothing\.ts` has a problem\n +there is no such file/],
  ['none.ts', 'export const shop = { model: {} }', /it exports no policy; `export const shop = policy/],
  ['broken.ts', 'throw new Error("out of stock")', /it could not be run: out of stock/],
  [
    'faulty.ts',
    shopPolicy.text.replace("needs('inventory:read')", "needs('inventory:raed')"),
    /item\.read\.needs: unknown scope `inventory:raed`/,
  ],
  [
    'two.ts',
    `${shopPolicy.text}\nexport const copy = { ...shop }`,
    /several policies: `copy`, `shop`; choose one with `--export`/,
  ],
] as const

for (const [file, text, words] of wrongModules)
  test(`a module is told what is wrong with it: ${file}`, async t => {
    const { code, err } = await policyCli(t, text === undefined ? {} : { [file]: text }).run(`policy unused ${file}`)
    assert.equal(code, 2, err)
    assert.match(err, words)
  })

test('of several policies one is chosen by the name of its export', async t => {
  const cli = policyCli(t, { 'two.ts': `${shopPolicy.text}\nexport const copy = { ...shop }\nexport default shop` })
  assert.equal((await cli.run('policy unused two.ts --export copy')).code, 0)
  const { code, err } = await cli.run('policy unused two.ts --export shops')
  assert.equal(code, 2)
  assert.match(err, /it exports no policy `shops`; the policies that it exports: `copy`, `default`, `shop`/)
})

const documentText = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Shop', version: '1' },
  paths: {
    '/items/{id}': { get: { operationId: 'item.read', responses: {}, security: [{ oauth: ['inventory:read'] }] } },
    '/prices': {
      post: { 'x-ambit-action': 'item.updatePrice', responses: {}, security: [{ oauth: ['inventory:price:write'] }] },
    },
    '/orders': { get: { operationId: 'listOrders', responses: {}, security: [{ oauth: ['order'] }] } },
  },
  components: {
    securitySchemes: {
      oauth: {
        type: 'oauth2',
        flows: {
          clientCredentials: {
            tokenUrl: 'https://as.example/token',
            scopes: { 'inventory:read': '', 'inventory:price:write': '', order: '' },
          },
        },
      },
    },
  },
})

const routesText = `export const routes = [
  { method: 'GET', path: '/items/:id', action: 'item.read' },
  { method: 'POST', path: '/prices', action: 'item.updatePrice' },
  { method: 'GET', path: '/orders', needs: 'order:items', place: 'orders.ts:7' },
]`

test('policy check tells where policy, document and code disagree, and fails', async t => {
  const cli = policyCli(t, { 'api.json': documentText, 'routes.ts': routesText })
  const words = 'policy check --policy shop.ts --openapi api.json --code routes.ts --map listOrders=order.list'
  const { code, out } = await cli.run(`${words} --json`)
  assert.equal(code, 1)
  const found =
    parseJson<readonly { kind: string; first: { source: string }; second: { source: string; at: string } }[]>(out)
  assert.deepEqual(
    found.map(({ kind, first, second }) => [kind, first.source, second.source, second.at]),
    [
      ['narrower', 'openapi', 'policy', 'order.list'],
      ['narrower', 'openapi', 'code', 'orders.ts:7'],
    ],
  )
  const printed = await cli.run(words)
  assert.match(
    printed.out,
    /^GET \/orders +narrower +openapi \/paths\/~1orders\/get\/security +wants `order` +policy order\.list +wants `order:items`$/m,
  )
})

test('policy check is content where nothing differs', async t => {
  const cli = policyCli(t, {
    'api.json': documentText.replace('["order"]', '["order:items"]').replace('"order":""', '"order:items":""'),
    'routes.ts': routesText,
  })
  for (const words of [
    '--policy shop.ts --openapi api.json --code routes.ts',
    '--policy shop.ts --openapi api.json',
    '--openapi api.json --code routes.ts',
  ]) {
    const { code, out, err } = await cli.run(`policy check ${words} --map "GET /orders=order.list"`)
    assert.deepEqual([code, out, err], [0, 'nothing differs\n', ''])
  }
})

for (const [words, message] of [
  ['--policy shop.ts', /two of `--policy`, `--openapi` and `--code` are wanted/],
  ['--openapi api.json', /two of/],
  ['--policy shop.ts --openapi nowhere.json', /nowhere\.json/],
  ['--policy shop.ts --openapi wrong.json', /no OpenAPI document/],
  ['--policy shop.ts --code none.ts', /it exports no list of routes/],
  ['--policy shop.ts --code odd.ts', /it exports no list of routes/],
  ['--policy shop.ts --code nowhere.ts', /it exports no list of routes/],
  ['--policy shop.ts --code unplaced.ts', /it exports no list of routes/],
  ['--policy shop.ts --code unneeded.ts', /it exports no list of routes/],
  ['--policy shop.ts --openapi api.json --map listOrders', /--map: `listOrders`: <operation>=<action> is wanted/],
] as const)
  test(`policy check ${words} is wrong usage`, async t => {
    const files = {
      'api.json': documentText,
      'wrong.json': '{}',
      'none.ts': 'export const n = 1',
      'nowhere.ts': "export const routes = [{ path: '/x', action: 'item.read' }]",
      'unplaced.ts': "export const routes = [{ method: 'GET', path: '/x', action: 'item.read', place: 7 }]",
      'unneeded.ts': "export const routes = [{ method: 'GET', path: '/x', needs: { anyOf: [] } }]",
      'odd.ts': "export const routes = [{ method: 'GET', path: '/x' }]",
    }
    const { code, err } = await policyCli(t, files).run(`policy check ${words}`)
    assert.equal(code, 2, err)
    assert.match(err, message)
  })

test('policy reach tells for each action yes, no, or the condition that remains', async t => {
  const cli = policyCli(t, { 'claims.json': '{"store":"s1","sub":"ada"}' })
  const words = 'policy reach shop.ts --scope "inventory:read order" --claims @claims.json'
  const { code, out, err } = await cli.run(`${words} --json`)
  assert.deepEqual([code, err], [0, ''])
  assert.deepEqual(parseJson<unknown>(out), [
    { action: 'item.read', reach: 'if', by: ['inventory:read'], rest: 'item.store = "s1"' },
    { action: 'item.updatePrice', reach: 'no', rest: 'insufficient_scope: inventory:price:write is missing' },
    { action: 'order.list', reach: 'if', by: ['order:items'], rest: '"ada" in fact.friends' },
  ])
  const known = await cli.run(`${words} --facts @facts.json`)
  assert.equal(known.code, 2)
  const printed = await policyCli(t, {
    'claims.json': '{"store":"s1","sub":"ada"}',
    'facts.json': '{"friends":["ada"]}',
  }).run(`${words} --facts @facts.json`)
  assert.match(printed.out, /^order\.list +yes +order:items$/m)
})

test('policy reach says that a token without claims has none', async t => {
  const { code, out, err } = await policyCli(t).run('policy reach shop.ts --scope inventory:read')
  assert.equal(code, 0)
  assert.match(err, /without `--claims` the token has none/)
  assert.match(out, /^item\.read +no +inventory:read +forbidden by own store$/m)
})

const widerText = shopPolicy.text.replace("needs('inventory:read')", "needs({ anyOf: ['inventory:read', 'order'] })")
const looserText = shopPolicy.text.replace('within(20,', 'within(30,')

test('policy diff tells what a change opens and closes', async t => {
  const cli = policyCli(t, { 'wider.ts': widerText, 'looser.ts': looserText })
  const { code, out } = await cli.run('policy diff shop.ts wider.ts --json')
  assert.equal(code, 0)
  const changes = parseJson<Readonly<Record<string, readonly unknown[]>>>(out)
  assert.deepEqual(changes['widened'], [{ kind: 'scope', action: 'item.read', sets: [['order']], isComplete: true }])
  assert.deepEqual(changes['narrowed'], [])
  const scope = await cli.run('policy diff wider.ts shop.ts')
  assert.equal(scope.out, 'narrowed: possible before, and not now\n  item.read: by order\n')
  const rules = await cli.run('policy diff shop.ts looser.ts')
  assert.match(rules.out, /^widened: possible now, and not before\n {2}item\.updatePrice: for example with \{/)
  assert.match(rules.out, /^ {2}item\.updatePrice: changed when `at most 20 %`; widens: yes, narrows: /m)
})

for (const [words, code] of [
  ['shop.ts wider.ts --fail-on widened', 1],
  ['shop.ts wider.ts --fail-on narrowed', 0],
  ['shop.ts wider.ts --fail-on changed', 1],
  ['wider.ts shop.ts --fail-on widened', 0],
  ['wider.ts shop.ts --fail-on narrowed', 1],
  ['shop.ts looser.ts --fail-on widened', 1],
  ['shop.ts shop.ts --fail-on changed', 0],
  ['shop.ts less.ts --fail-on narrowed', 1],
  ['less.ts shop.ts --fail-on widened', 1],
  ['shop.ts covering.ts --fail-on changed', 1],
  ['shop.ts wider.ts --fail-on everything', 2],
] as const)
  test(`policy diff ${words} exits with ${code}`, async t => {
    const files = {
      'wider.ts': widerText,
      'looser.ts': looserText,
      'less.ts': shopPolicy.text.replace(/list: order[\s\S]*?\)\),\n/, ''),
      'covering.ts': shopPolicy.text.replace('spare: {}', "spare: { implies: ['inventory:read'] }"),
    }
    const result = await policyCli(t, files).run(`policy diff ${words}`)
    assert.equal(result.code, code, result.err + result.out)
  })

test('policy diff says that nothing changed', async t => {
  const { out } = await policyCli(t).run('policy diff shop.ts shop.ts')
  assert.equal(out, 'nothing changed in what tokens reach\n')
})

const pictures = [
  ['picture shop.ts', /Which scopes open which actions/, /item\.updatePrice/],
  ['reach shop.ts --scope inventory:read', /What inventory:read reaches/, />no</],
  ['least shop.ts item.read', /The least scope for item\.read/, />asked for</],
  ['unused shop.ts', /Scopes that no action needs/, /opens nothing/],
  ['diff shop.ts wider.ts', /What changed/, />widened</],
  ['diff wider.ts shop.ts', /What changed/, />narrowed</],
] as const

for (const [words, title, found] of pictures)
  test(`policy ${words} draws what it found`, async t => {
    const cli = policyCli(t, { 'wider.ts': widerText })
    const { code, err } = await cli.run(`policy ${words} --svg found.svg`)
    assert.equal(code, 0, err)
    const svg = readFileSync(join(cli.folder, 'found.svg'), 'utf8')
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    assert.match(svg, title)
    assert.match(svg, found)
    assert.doesNotMatch(svg, /<script/)
  })

test('policy picture without a file is wrong usage, and one that cannot be written is told', async t => {
  const cli = policyCli(t)
  assert.equal((await cli.run('policy picture shop.ts')).code, 2)
  const { code, err } = await cli.run('policy picture shop.ts --svg nowhere/shop.svg')
  assert.equal(code, 1)
  assert.match(err, /no such file or directory/)
})
