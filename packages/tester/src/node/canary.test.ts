import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type OpenCanary, openCanary } from './canary.ts'

describe('the canary', () => {
  let canary: OpenCanary
  before(async () => {
    canary = await openCanary()
  })
  after(() => canary.close())

  test('gives addresses of this machine that differ and cannot be guessed', () => {
    const urls = [canary.url('jku'), canary.url('jku')]
    for (const url of urls) assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/jku-[\w-]{22}$/)
    assert.notEqual(urls[0], urls[1])
  })

  test('counts what is asked for at an address and below it, and nothing else', async () => {
    const [asked, other] = [canary.url('a'), canary.url('b')]
    for (const suffix of ['', '?x=1', '/.well-known/openid-configuration']) await fetch(asked + suffix)
    await fetch(`${asked}x`)
    assert.deepEqual([canary.hits(asked), canary.hits(other)], [3, 0])
    assert.equal(canary.hits('http://elsewhere.example/'), 0)
  })

  test('answers with a document once it has one', async () => {
    const url = canary.url('keys')
    assert.equal((await fetch(url)).status, 404)
    canary.answer(url, { contentType: 'application/jwk-set+json', body: '{"keys":["ä"]}' })
    const response = await fetch(url)
    assert.equal(response.headers.get('content-type'), 'application/jwk-set+json')
    assert.deepEqual(await response.json(), { keys: ['ä'] })
    assert.equal((await fetch(url, { method: 'HEAD' })).status, 200)
    assert.equal(canary.hits(url), 3)
  })

  test('may be reached from elsewhere under another name', async () => {
    const far = await openCanary({ host: 'host.docker.internal' })
    const url = far.url('x')
    assert.match(url, /^http:\/\/host\.docker\.internal:\d+\/x-/)
    await fetch(url.replace('host.docker.internal', '127.0.0.1'))
    assert.equal(far.hits(url), 1)
    await far.close()
  })

  test('is gone when it is closed, also while somebody keeps a connection', async () => {
    const brief = await openCanary()
    const url = brief.url('x')
    await fetch(url)
    await brief.close()
    await assert.rejects(fetch(url))
  })
})
