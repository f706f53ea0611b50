import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { parseClaimsRequest } from './claims-request.ts'

function parsed(value: unknown) {
  const request = parseClaimsRequest(typeof value === 'string' ? value : JSON.stringify(value))
  assert.ok(!isRefusal(request))
  return request
}

test('OpenID Connect Core §5.5: claims are asked for at userinfo and in the ID token', () => {
  const { userinfo, idToken } = parsed({
    userinfo: { name: null, email: { essential: true } },
    id_token: { acr: { values: ['a', 'b'] }, sub: { value: 's' } },
  })
  assert.deepEqual(userinfo.get('name'), { isEssential: false, values: [] })
  assert.deepEqual(userinfo.get('email'), { isEssential: true, values: [] })
  assert.deepEqual(idToken.get('acr'), { isEssential: false, values: ['a', 'b'] })
  assert.deepEqual(idToken.get('sub'), { isEssential: false, values: ['s'] })
})

test('OpenID Connect Core §5.5: members that are not understood are ignored', () => {
  const { userinfo } = parsed({ other: 1, userinfo: { name: { essential: 'yes', values: 'x', more: [] } } })
  assert.deepEqual(userinfo.get('name'), { isEssential: false, values: [] })
})

test('OpenID Connect Core §5.5: nothing asks for nothing', () => {
  assert.equal(parseClaimsRequest(undefined), parseClaimsRequest(undefined))
  assert.equal(parsed({ userinfo: null }).userinfo.size, 0)
})

const refused: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  ['OpenID Connect Core §5.5: text that is no JSON is refused', '{', /JSON object/],
  ['OpenID Connect Core §5.5: JSON that is no object is refused', '[]', /JSON object/],
  ['OpenID Connect Core §5.5: a member that is no object is refused', '{"userinfo":1}', /objects of null/],
  [
    'OpenID Connect Core §5.5: a claim that is neither null nor object is refused',
    '{"id_token":{"a":1}}',
    /objects of null/,
  ],
  ['OpenID Connect Core §5.5: too long a parameter is refused', `{"userinfo":{"${'x'.repeat(4096)}":null}}`, /longer/],
  [
    'OpenID Connect Core §5.5: too many claims are refused',
    JSON.stringify({ userinfo: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [index, null])) }),
    /more than/,
  ],
]

for (const [name, text, says] of refused) {
  test(name, () => {
    const request = parseClaimsRequest(text)
    assert.ok(isRefusal(request))
    assert.equal(request.error, 'invalid_request')
    assert.match(request.description, says)
  })
}

test('OpenID Connect Core §5.5: a claim named like a part of every object is a claim', () => {
  assert.ok(parsed('{"userinfo":{"__proto__":null,"constructor":null}}').userinfo.has('constructor'))
})
