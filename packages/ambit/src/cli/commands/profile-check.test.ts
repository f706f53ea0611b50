import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson } from '../testing/json.ts'
import { smallConfig, testCli } from '../testing/run.ts'

const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }] }
const bank = {
  ...smallConfig,
  issuer: 'https://as.example',
  profile: 'fapi2-security',
  clients: [{ clientId: 'bank', jwks, redirectUris: ['https://bank.example/cb'], scope: ['openid', 'read_pets'] }],
}

type Printed = { readonly rules: readonly { readonly id: string; readonly verdict: string; readonly source: string }[] }

test('profile check tells each rule with its source, and exits 0 where all are kept', async t => {
  const { code, out, err } = await testCli(t, bank).run('profile check')
  assert.equal(code, 0, err)
  assert.match(out, /^fapi2-security: FAPI 2\.0 Security Profile$/m)
  assert.match(out, /^kept {4}pushed-requests: clients push .*\n {8}FAPI 2\.0 Security Profile §5\.3\.2\.2-2 and -3$/m)
  assert.match(out, /always so: every redirect is a 303/)
  assert.match(out, /rules, all kept$/m)
})

test('profile check tells what to change, with its place, and exits 1', async t => {
  const config = { ...bank, ttl: { code: 90 }, clients: [...bank.clients, smallConfig.clients[0]] }
  const { code, out } = await testCli(t, config).run('profile check --broken')
  assert.equal(code, 1)
  assert.match(out, /change `ttl\.code`: at most 60 seconds are wanted/)
  assert.match(out, /change `clients\[1\]\.authenticationMethod`: public clients are not allowed/)
  assert.match(out, /change `clients\[1\]\.redirectUris`: https is wanted/)
  assert.doesNotMatch(out, /^kept/m)
})

test('profile check --json gives a script the verdicts', async t => {
  const { out } = await testCli(t, { ...bank, refreshTokens: 'rotated' }).run('profile check --json')
  const { rules } = parseJson(out) as Printed
  assert.deepEqual(
    rules.filter(({ verdict }) => verdict !== 'kept').map(({ id, source }) => [id, source]),
    [['no-rotation', 'FAPI 2.0 Security Profile §5.3.2.1-9']],
  )
})

test('profile check tries a profile that the configuration does not have', async t => {
  const cli = testCli(t, { ...smallConfig, features: { clientDocuments: false } })
  const { code, out } = await cli.run('profile check --profile mcp')
  assert.equal(code, 0, out)
  assert.match(out, /^advice {2}registration:.*\n.*\n {8}change `features`: `clientDocuments` or `registration`/m)
  const strict = await cli.run('profile check --profile fapi2-security')
  assert.equal(strict.code, 1)
  assert.match(strict.out, /\d+ rules, \d broken$/m)
})

test('profile check names the dangers of what it allows', async t => {
  const { code, out } = await testCli(t, { ...smallConfig, profile: 'legacy' }).run('profile check')
  assert.equal(code, 0, out)
  assert.match(out, /danger: a secret is sent with each request/)
})

test('profile check wants a profile, and one that exists', async t => {
  const cli = testCli(t)
  const none = await cli.run('profile check')
  assert.equal(none.code, 2)
  assert.match(none.err, /has no `profile`; name one with `--profile`/)
  const wrong = await cli.run('profile check --profile fapi')
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /wants oauth2\.1, fapi2-security/)
})

test('a server does not start with a configuration that contradicts its profile', async t => {
  const { code, err } = await testCli(t, { ...bank, ttl: { code: 90 } }).run('serve')
  assert.equal(code, 2)
  assert.match(
    err,
    /ttl\.code: at most 60 seconds are wanted \(rule `code-lifetime`, FAPI 2\.0 Security Profile §5\.3\.2\.1-11\)/,
  )
})

test('the effective configuration says what the profile fills in', async t => {
  const { out } = await testCli(t, bank).run('serve --print-config')
  assert.match(out, /^requireSenderConstraint +true +profile fapi2-security$/m)
  assert.match(out, /^features\.pushedRequests\.required +true +profile fapi2-security$/m)
  assert.match(out, /^refreshTokens +kept +profile fapi2-security$/m)
})
