import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthzenEntity } from './entities.ts'
import { ada, ask, parseBody, record, testPoint } from './testing/point.ts'

type Page = {
  readonly page: { readonly next_token: string; readonly count: number }
  readonly results: readonly unknown[]
}

const search = (kind: 'subject' | 'resource' | 'action') => `/access/v1/search/${kind}`
const statuses = ['active', 'closed', 'active', 'active', 'closed']
const everything = statuses.map((status, index) => ({ type: 'record', id: String(index), properties: { status } }))
const people: readonly AuthzenEntity[] = [
  ada,
  { type: 'user', id: 'ben' },
  { type: 'robot', id: 'r2', properties: { scope: 'read' } },
  { type: 'user', id: 'cleo', properties: { scope: 'read' } },
]
const point = testPoint({ subjects: () => people, resources: () => everything })
const question = { subject: ada, action: { name: 'view' }, resource: { type: 'record' } }

const parsePageBody = async (kind: 'subject' | 'resource' | 'action', body: unknown, on = point) =>
  parseBody(await on.handle(ask(search(kind), body))) as Page

test('AuthZEN §8.4: subjects of the type that may do it are found, by type and identifier alone', async () => {
  const body = { subject: { type: 'user', id: 'ignored' }, action: { name: 'view' }, resource: record }
  assert.deepEqual((await parsePageBody('subject', body)).results, [
    { type: 'user', id: 'ada' },
    { type: 'user', id: 'cleo' },
  ])
})

test('AuthZEN §8.5: resources of the type to which it may be done are found', async () => {
  const ids = (await parsePageBody('resource', question)).results
  assert.deepEqual(
    ids,
    ['0', '2', '3'].map(id => ({ type: 'record', id })),
  )
})

test('AuthZEN §8.6: the actions that may be done are found, by names that an evaluation knows', async () => {
  const reader = { ...ada, properties: { scope: 'read' } }
  assert.deepEqual((await parsePageBody('action', { subject: reader, resource: record })).results, [
    { name: 'record.view' },
  ])
  assert.deepEqual((await parsePageBody('action', { subject: ada, resource: record })).results, [
    { name: 'record.view' },
    { name: 'record.edit' },
  ])
})

test('AuthZEN §8.3: where nothing is found the results are empty and the page is the last', async () => {
  assert.deepEqual(await parsePageBody('action', { subject: ada, resource: { type: 'cat', id: '1' } }), {
    page: { next_token: '', count: 0 },
    results: [],
  })
})

async function walk(limit: number | undefined, on = point): Promise<readonly Page[]> {
  const pages: Page[] = []
  let token: string | undefined
  do {
    const page = { ...(limit !== undefined && { limit }), ...(token !== undefined && { token }) }
    const answer = await parsePageBody('resource', { ...question, page }, on)
    pages.push(answer)
    token = answer.page.next_token
  } while (token !== '' && pages.length < 10)
  return pages
}

test('AuthZEN §8.2: page after page, everything is found once', async () => {
  for (const limit of [1, 2, 3, 4, undefined]) {
    const pages = await walk(limit)
    assert.deepEqual(
      pages.flatMap(({ results }) => results),
      ['0', '2', '3'].map(id => ({ type: 'record', id })),
    )
    assert.ok(pages.every(({ page, results }) => page.count === results.length && results.length <= (limit ?? 100)))
    assert.deepEqual(
      pages.map(({ page }) => page.next_token !== ''),
      pages.map((_, index) => index < pages.length - 1),
    )
  }
})

test('AuthZEN §11.7: one page decides a bounded number of candidates', async () => {
  const decided: number[] = []
  const bounded = testPoint({
    resources: () => everything,
    limits: { candidates: 2 },
    observe: () => void decided.push(1),
  })
  const first = await parsePageBody('resource', question, bounded)
  assert.deepEqual([first.results.length, decided.length, first.page.next_token !== ''], [1, 2, true])
  assert.equal((await walk(undefined, bounded)).flatMap(({ results }) => results).length, 3)
})

test('AuthZEN §8.2.1: a page holds no more than is wanted, and no more than the decision point gives', async () => {
  assert.equal((await parsePageBody('resource', { ...question, page: { limit: 0 } })).results.length, 0)
  const small = testPoint({ resources: () => everything, limits: { page: 2 } })
  assert.equal((await parsePageBody('resource', { ...question, page: { limit: 50 } }, small)).results.length, 2)
})

test('AuthZEN §8.2: a token is good for its own search alone, however its members are ordered', async () => {
  const { page } = await parsePageBody('resource', { ...question, page: { limit: 1 } })
  const token = page.next_token
  const { action, resource } = question
  const reordered = {
    page: { token },
    resource,
    action,
    subject: { properties: ada.properties, id: 'ada', type: 'user' },
  }
  assert.equal((await parsePageBody('resource', reordered)).results.length, 1)
  for (const other of [
    { ...question, subject: { ...ada, id: 'ben' }, page: { token } },
    { ...question, action: { name: 'edit' }, page: { token } },
    { ...question, context: { time: 'later' }, page: { token } },
    { ...question, page: { token, limit: 2 } },
    { ...question, page: { token: `${token}x` } },
    { ...question, page: { token: 'bm9uZQ' } },
  ])
    assert.equal((await point.handle(ask(search('resource'), other)))?.status, 400)
})

const wrong = [
  ['subject', { ...question, subject: {}, resource: record }, /`subject`/],
  ['subject', { ...question, action: undefined, resource: record }, /`action`/],
  ['subject', { ...question, resource: { type: 'record' } }, /`resource.id`/],
  ['subject', { ...question, resource: record, context: 1 }, /`context`/],
  ['resource', { ...question, subject: { type: 'user' } }, /`subject.id`/],
  ['resource', { ...question, action: {} }, /`action.name`/],
  ['resource', { ...question, resource: { id: '1' } }, /`resource`/],
  ['resource', { ...question, context: 1 }, /`context`/],
  ['action', { subject: { type: 'user' }, resource: record }, /`subject.id`/],
  ['action', { subject: ada, resource: { type: 'record' } }, /`resource.id`/],
  ['action', { subject: ada, resource: record, context: 1 }, /`context`/],
  ['action', { subject: ada, resource: record, page: 1 }, /`page`/],
  ['action', { subject: ada, resource: record, page: { limit: -1 } }, /`page.limit`/],
  ['action', { subject: ada, resource: record, page: { limit: 1.5 } }, /`page.limit`/],
  ['action', { subject: ada, resource: record, page: { token: 1 } }, /`page.token`: a text/],
] as const

for (const [index, [kind, body, words]] of wrong.entries())
  test(`AuthZEN §10.1.1: a search for ${kind} that cannot be read is 400 (${index})`, async () => {
    const response = await point.handle(ask(search(kind), body))
    assert.equal(response?.status, 400)
    assert.match(response?.body ?? '', words)
  })

test('AuthZEN §9.1.1: what cannot be searched is neither advertised nor answered', async () => {
  const bare = testPoint()
  assert.equal(bare.metadata.search_subject_endpoint, undefined)
  assert.equal(await bare.handle(ask(search('subject'), question)), undefined)
  assert.equal(await bare.handle(ask(search('resource'), question)), undefined)
  assert.equal(point.metadata.search_subject_endpoint, 'https://pdp.example/access/v1/search/subject')
  assert.equal(point.metadata.search_resource_endpoint, 'https://pdp.example/access/v1/search/resource')
})
