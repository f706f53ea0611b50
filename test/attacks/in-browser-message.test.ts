// RFC 9700 §4.17
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorizationUrl, authorize, issuer, startTarget } from './target.ts'

test('RFC 9700 §4.17.2: no response travels by postMessage: response_mode=web_message is refused', async () => {
  const target = await startTarget()
  const left = await authorize(target.openBrowser(), { response_mode: 'web_message' })
  assert.equal(left.searchParams.get('error'), 'invalid_request')
  assert.ok(!target.server.metadata.response_modes_supported?.includes('web_message'))
})

test('RFC 9700 §4.17.2: no script of a page sends or takes a message', async () => {
  const browser = (await startTarget()).openBrowser()
  const { html } = await browser.open(authorizationUrl())
  const scripts = [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"/g)].map(([, source = '']) => source)
  assert.ok(scripts.length > 0)
  for (const source of scripts) {
    const response = await browser.send(new URL(source, issuer))
    assert.equal(response.status, 200)
    assert.doesNotMatch(await response.text(), /postMessage|addEventListener\(\s*['"]message|opener/)
  }
})
