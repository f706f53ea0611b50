import type { HttpRequest } from '@ambit/protocol'
import fc from 'fast-check'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import { clientSecret, pkce } from './target.ts'

const words = [
  ['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce', 'prompt', 'max_age'],
  ['claims', 'resource', 'code_challenge', 'code_challenge_method', 'id_token_hint', 'login_hint', 'ui_locales'],
  ['request', 'request_uri', 'grant_type', 'code', 'code_verifier', 'refresh_token', 'client_secret', 'token'],
  ['token_type_hint', 'client_assertion', 'client_assertion_type', 'username', 'password', 'csrf', 'interaction'],
  ['decision', 'account', 'post_logout_redirect_uri', 'access_token', '__proto__', 'constructor', 'toString', ''],
].flat()

const texts = [
  ['web', 'spa', 'machine', 'signed', 'legacy', 'https://app.example/callback', 'code', 'token', 'openid read_pets'],
  ['query', 'form_post', 'fragment', 'none', 'login consent', 'S256', pkce.challenge, pkce.verifier, clientSecret],
  ['authorization_code', 'refresh_token', 'client_credentials', 'password', 'alice', '0', '-1', '1e9', '9'.repeat(20)],
  ['{"userinfo":{"sub":{"value":1}}}', '{"id_token":null,"userinfo":[]}', '{'.repeat(50), '[]', 'null', '"x"'],
  ['https://api.example/pets', '%', '%%30', '%c0%af', '%ff', '%00', '\0', '\r\nx: y', 'ä', '🐈', '\ud800', '../..'],
  ['<script>alert(1)</script>', '"><img src=x>', 'javascript:alert(1)', "' or 1=1 --", '${7*7}', 'e30.e30.e30'],
  ['allow', 'deny', 'logout', 'continue', 'other', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
].flat()

const paths = [
  ['/authorize', '/continue', '/login', '/consent', '/', '/account/grant', '/logout', '/token', '/introspect'],
  ['/revoke', '/jwks', '/userinfo', '/assets/ambit.css', '/assets/..%2f', '/.well-known/openid-configuration'],
  ['/.well-known/oauth-authorization-server', '/nowhere', '//', '', '/token/', '/%00', '/authorize/..'],
].flat()

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...texts) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 5000 }).map(length => 'A'.repeat(length)) },
)
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: fc.string() })
const encode = fc.constantFrom(
  (value: string) => encodeURIComponent(value.toWellFormed()),
  (value: string) => value,
)
/** One parameter, encoded well or not. */
export const hostilePair = fc
  .tuple(name, text, encode)
  .map(([key, value, encoded]) => `${encoded(key)}=${encoded(value)}`)
/** A header field that is absent, there once, or there twice. */
function maybeTwice(value: fc.Arbitrary<string>): fc.Arbitrary<readonly string[] | undefined> {
  return fc.option(fc.tuple(value, value), { nil: undefined })
}

const form = fc.oneof(
  { weight: 8, arbitrary: fc.array(hostilePair, { maxLength: 12 }).map(pairs => pairs.join('&')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constantFrom('a=1&'.repeat(200), 'x'.repeat(40_000), '&&&===', '{"grant_type":"x"}') },
)
const contentTypes = [
  ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded;charset=utf-8', 'application/json'],
  ['multipart/form-data; boundary=x', '', ';', 'text/plain'],
].flat()
const contentType = fc.oneof(fc.constantFrom(...contentTypes), maybeTwice(fc.constantFrom(...contentTypes)))
const credentials = [
  [basicHeader('web', clientSecret), basicHeader('machine', clientSecret), basicHeader('web', 'wrong')],
  ['Basic', 'Basic !', `Basic ${btoa('no colon')}`, `Basic ${btoa('%:%')}`, `Basic ${btoa('\u00ff:\u00ff')}`],
  ['Bearer', 'Bearer  x', 'Bearer e30.e30.e30', 'DPoP x', 'Negotiate', '', ','],
].flat()
const authorization = fc.oneof(
  fc.constantFrom(...credentials),
  maybeTwice(fc.constantFrom(...credentials)),
  text.map(value => `Bearer ${value}`),
)
const cookies = [
  ['', '=', ';;;', '__Host-ambit_session=', `__Host-ambit_session=${'x'.repeat(5000)}`],
  ['__Host-ambit_session=%00; __Host-ambit_session=a', '__Host-ambit_browser=🐈', '__Host-ambit_device=..'],
].flat()
const cookie = fc.option(fc.constantFrom(...cookies), { nil: undefined })
const header = fc.constantFrom('en', 'text/html', '', 'q=9', '*;q=-1', ';;;', 'de;q=0.9999, en', 'x'.repeat(3000))

/** Requests of every kind that no honest client sends. */
export const hostileRequest: fc.Arbitrary<HttpRequest> = fc.record({
  method: fc.oneof(
    fc.constantFrom('GET', 'POST'),
    fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'get', ''),
  ),
  path: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...paths) }, { weight: 1, arbitrary: fc.webPath() }),
  query: fc.oneof(fc.constant(''), form),
  body: fc.oneof({ weight: 9, arbitrary: form }, { weight: 1, arbitrary: fc.constant(undefined) }),
  remoteAddress: fc.constantFrom('192.0.2.1', '', '2001:db8::1', 'unknown', '::'),
  headers: fc.record({ 'content-type': contentType, authorization, cookie, 'accept-language': header, accept: header }),
})
