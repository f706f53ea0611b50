// RFC 8705 §3.3, §5
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServerOptionsError } from '../../options-error.ts'
import { certifiedClient, issued, openMutualTls, trusted } from '../../testing/mutual-tls.ts'
import { outcomeOf } from '../../testing/requests.ts'
import { pushedRequests } from '../pushed-requests/pushed-requests.ts'

const alias = 'https://mtls.as.example'

test('RFC 8705 §3.3: the metadata says that tokens can be bound, and how certificates authenticate', async () => {
  const { server } = await openMutualTls([])
  assert.equal(server.metadata.tls_client_certificate_bound_access_tokens, true)
  for (const name of ['token', 'introspection', 'revocation'] as const) {
    const methods = server.metadata[`${name}_endpoint_auth_methods_supported`]
    assert.ok(methods?.includes('tls_client_auth'))
    assert.ok(methods?.includes('self_signed_tls_client_auth'))
  }
  assert.equal(server.metadata.mtls_endpoint_aliases, undefined)
})

test('RFC 8705 §3.3: without the feature the metadata is silent', async () => {
  const { server } = await openMutualTls([], {}, 'off')
  assert.equal(server.metadata.tls_client_certificate_bound_access_tokens, undefined)
  assert.equal(server.metadata.mtls_endpoint_aliases, undefined)
})

test('RFC 8705 §5: the aliases are the endpoints that clients call, and none to which browsers go', async () => {
  const { server } = await openMutualTls([], { features: [pushedRequests()] }, { alias })
  assert.deepEqual(server.metadata.mtls_endpoint_aliases, {
    token_endpoint: `${alias}/token`,
    introspection_endpoint: `${alias}/introspect`,
    revocation_endpoint: `${alias}/revoke`,
    userinfo_endpoint: `${alias}/userinfo`,
    pushed_authorization_request_endpoint: `${alias}/par`,
  })
  assert.equal(server.metadata.token_endpoint, 'https://as.example/token')
})

test('RFC 8705 §5: each alias has the path of its endpoint, which answers there', async () => {
  const issuer = 'https://as.example/tenant'
  const { server, ask } = await openMutualTls([certifiedClient()], { issuer }, { alias })
  assert.equal(server.metadata.mtls_endpoint_aliases?.['token_endpoint'], `${alias}/tenant/token`)
  assert.equal(outcomeOf(await ask(trusted(issued()))), '200')
})

for (const wrong of [
  'http://mtls.as.example',
  'https://mtls.as.example/',
  'https://mtls.as.example/path',
  'mtls.as.example',
])
  test(`RFC 8705 §5: an alias is an https origin: ${wrong}`, async () => {
    await assert.rejects(openMutualTls([], {}, { alias: wrong }), (error: unknown) => {
      assert.ok(error instanceof ServerOptionsError)
      assert.deepEqual(
        error.problems.map(({ path }) => path),
        ['mutualTls.alias'],
      )
      return true
    })
  })

test('RFC 8705 §3: with no method a certificate still binds tokens', async () => {
  const { server } = await openMutualTls([], {}, { methods: [] })
  assert.equal(server.metadata.token_endpoint_auth_methods_supported?.includes('tls_client_auth'), false)
  assert.equal(server.metadata.tls_client_certificate_bound_access_tokens, true)
})
