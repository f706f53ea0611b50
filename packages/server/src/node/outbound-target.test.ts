import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutboundError } from './outbound-error.ts'
import { parseAllowedOrigins, readTarget } from './outbound-target.ts'

const nobody: ReadonlySet<string> = new Set()

for (const [what, url, reason] of [
  ['no URL', 'keys.json', 'no absolute URL'],
  ['plain http', 'http://client.example/keys', 'its scheme is `http`'],
  ['another scheme', 'file:///etc/passwd', 'its scheme is `file`'],
  ['text as a URL', 'data:application/json,{}', 'its scheme is `data`'],
  ['a user name', 'https://user@client.example/', 'user name or password'],
  ['a password', 'https://:secret@client.example/', 'user name or password'],
  ['the port of mail', 'https://client.example:25/', 'port 25'],
  ['the port of plain http', 'https://client.example:80/', 'port 80'],
  ['the last port of services', 'https://client.example:1023/', 'port 1023'],
  ['a URL that is too long', `https://client.example/${'x'.repeat(2048)}`, 'longer than 2048'],
] as const)
  test(`an address with ${what} is refused, and the password is not told`, () =>
    assert.throws(
      () => readTarget(url, nobody),
      (error: unknown) =>
        error instanceof OutboundError &&
        error.failure === 'refused' &&
        error.reason.includes(reason) &&
        !error.reason.includes('secret'),
    ))

for (const url of ['https://client.example/keys', 'https://client.example:443/', 'https://client.example:1024/'])
  test(`${url} may be called`, () => assert.equal(readTarget(url, nobody).isAllowed, false))

test('RFC 3986 §7.4: however an IPv4 address is written, it is read as the address it is', () => {
  for (const host of [
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '127.0.1',
    '0x7f.1',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
  ])
    assert.equal(readTarget(`https://${host}/`, nobody).url.hostname, '127.0.0.1', host)
})

test('an origin that is allowed may be plain, at any port, and is that origin alone', () => {
  const allowed = parseAllowedOrigins(['http://127.0.0.1:90', 'https://dev.example'])
  assert.equal(readTarget('http://127.0.0.1:90/keys', allowed).isAllowed, true)
  assert.equal(readTarget('https://dev.example/keys', allowed).isAllowed, true)
  assert.equal(readTarget('https://dev.example:8443/keys', allowed).isAllowed, false)
  assert.throws(() => readTarget('http://127.0.0.1:91/', allowed), OutboundError)
  assert.throws(() => readTarget('http://u:p@127.0.0.1:90/', allowed), OutboundError)
})

for (const origin of [
  '127.0.0.1',
  'http://127.0.0.1:90/',
  'HTTP://dev.example',
  'https://*.example',
  'ftp://dev.example',
  'https:',
  'null',
])
  test(`\`${origin}\` cannot be allowed`, () => {
    if (origin === 'https://*.example') assert.deepEqual([...parseAllowedOrigins([origin])], [origin])
    else assert.throws(() => parseAllowedOrigins([origin]), RangeError)
  })
