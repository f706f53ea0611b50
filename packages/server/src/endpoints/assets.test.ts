import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorld } from '../testing/authorize.ts'
import { request } from '../testing/requests.ts'

test('the files of the pages are served, and nothing beside them', async () => {
  const { server } = await openWorld()
  const style = await server.handle(request({ path: '/assets/style.css' }))
  assert.equal(style.status, 200)
  assert.equal(style.headers['content-type'], 'text/css')
  assert.equal(style.headers['x-content-type-options'], 'nosniff')
  for (const path of ['/assets/none.css', '/assets/', '/assets/..%2fstyle.css'])
    assert.equal((await server.handle(request({ path }))).status, 404)
})
