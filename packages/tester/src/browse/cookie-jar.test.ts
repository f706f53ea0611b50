import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCookieJar } from './cookie-jar.ts'

const start = Date.UTC(2030, 0, 1)

/** What goes to an address after answers of others, each `url` with what it sets. */
function sent(to: string, ...answers: readonly (readonly [url: string, ...cookies: string[]])[]): string | undefined {
  const jar = createCookieJar(() => start)
  for (const [url, ...cookies] of answers)
    jar.keep(
      new URL(url),
      cookies.map(cookie => ['Set-Cookie', cookie]),
    )
  return jar.valueFor(new URL(to))
}

const as = 'https://as.example'

describe('names and values', () => {
  const table: readonly (readonly [string, string, string | undefined])[] = [
    ['RFC 6265 §5.2: blanks around both are taken away', ' a  =  b ; Path=/', 'a=b'],
    ['RFC 6265 §5.2: a value may hold an equals sign and quotes', 'a="b=c"; Path=/', 'a="b=c"'],
    ['RFC 6265 §5.2: a value may be empty', 'a=; Path=/', 'a='],
    ['RFC 6265 §5.2: without an equals sign it is passed over', 'a; Path=/', undefined],
    ['RFC 6265 §5.2: without a name it is passed over', '=b; Path=/', undefined],
    ['RFC 6265 §5.2: attributes that nobody knows say nothing', 'a=b; Priority=High; PATH=/; x', 'a=b'],
  ]
  for (const [name, text, value] of table)
    test(name, () => {
      assert.equal(sent(as, [as, text]), value)
    })

  test('RFC 6265 §5.3: set again, a cookie takes the new value', () => {
    assert.equal(sent(as, [as, 'a=1', 'b=1'], [as, 'a=2']), 'a=2; b=1')
  })
})

describe('time', () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ['RFC 6265 §5.2.2: of `Max-Age` seconds', 'a=b; Max-Age=1', true],
    ['RFC 6265 §5.2.2: `Max-Age` 0 deletes', 'a=b; Max-Age=0', false],
    ['RFC 6265 §5.2.2: a `Max-Age` that is no number says nothing', 'a=b; Max-Age=soon', true],
    ['RFC 6265 §5.2.1: until `Expires`', 'a=b; Expires=Wed, 02 Jan 2030 00:00:00 GMT', true],
    ['RFC 6265 §5.2.1: in the past, it is deleted', 'a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT', false],
    ['RFC 6265 §5.3: `Max-Age` goes before `Expires`', 'a=b; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT', true],
  ]
  for (const [name, text, isKept] of table)
    test(name, () => {
      assert.equal(sent(as, [as, 'a=old'], [as, text]), isKept ? 'a=b' : undefined)
    })

  test('RFC 6265 §5.3: a cookie goes when its time is over', () => {
    let now = start
    const jar = createCookieJar(() => now)
    jar.keep(new URL(as), [['set-cookie', 'a=b; Max-Age=60']])
    now += 59_000
    assert.equal(jar.valueFor(new URL(as)), 'a=b')
    now += 1_000
    assert.deepEqual([jar.valueFor(new URL(as)), jar.all()], [undefined, []])
  })
})

describe('places', () => {
  const table: readonly (readonly [string, string, string, string, boolean])[] = [
    ['RFC 6265 §5.4: back to where it came from', as, 'a=b', as, true],
    ['RFC 6265 §5.3: without a domain, not to a name below', as, 'a=b', 'https://x.as.example', false],
    ['RFC 6265 §5.3: without a domain, not to one beside', as, 'a=b', 'https://other.example', false],
    ['RFC 6265 §5.1.3: with a domain, to names below', as, 'a=b; Domain=as.example', 'https://x.as.example', true],
    ['RFC 6265 §5.2.3: a dot in front says nothing', as, 'a=b; Domain=.AS.example', 'https://x.as.example', true],
    ['RFC 6265 §5.1.3: to no name that only ends alike', as, 'a=b; Domain=as.example', 'https://xas.example', false],
    [
      'RFC 6265 §5.3: a name below may set it for one above',
      'https://x.as.example',
      'a=b; Domain=as.example',
      as,
      true,
    ],
    [
      'RFC 6265 §5.3: for a foreign domain it is passed over',
      as,
      'a=b; Domain=other.example',
      'https://other.example',
      false,
    ],
    ['RFC 6265 §5.3: for a whole top-level domain it is passed over', as, 'a=b; Domain=example', as, false],
    [
      'RFC 6265 §5.1.3: an address has no names below',
      'http://127.0.0.1',
      'a=b; Domain=0.0.1',
      'http://127.0.0.1',
      false,
    ],
    [
      'RFC 6265 §5.3: an address may name itself',
      'http://127.0.0.1',
      'a=b; Domain=127.0.0.1',
      'http://127.0.0.1',
      true,
    ],
    ['on one machine, not to another port', 'http://localhost:1', 'a=b', 'http://localhost:2', false],
    ['RFC 6265 §5.1.4: below its path', as, 'a=b; Path=/x', `${as}/x/y`, true],
    ['RFC 6265 §5.1.4: at its path', as, 'a=b; Path=/x', `${as}/x`, true],
    ['RFC 6265 §5.1.4: not where a name only begins alike', as, 'a=b; Path=/x', `${as}/xy`, false],
    ['RFC 6265 §5.1.4: by default below the folder that set it', `${as}/x/y?z`, 'a=b', `${as}/x/z`, true],
    ['RFC 6265 §5.1.4: by default not outside of it', `${as}/x/y`, 'a=b', `${as}/z`, false],
    ['RFC 6265 §5.2.4: a path without a slash says nothing', `${as}/x`, 'a=b; Path=x', `${as}/z`, true],
    [
      'RFC 6265 §5.4: a secure one goes over https',
      as,
      'a=b; Secure; Domain=as.example',
      'https://as.example:8443',
      true,
    ],
    [
      'RFC 6265 §5.4: a secure one never goes in clear',
      as,
      'a=b; Secure; Domain=as.example',
      'http://as.example',
      false,
    ],
    [
      'draft-ietf-httpbis-rfc6265bis §5.7: in clear nobody sets a secure one',
      'http://as.example',
      'a=b; Secure; Domain=as.example',
      as,
      false,
    ],
    ['this machine counts as secure', 'http://localhost:1', 'a=b; Secure', 'http://localhost:1', true],
    ['draft-ietf-httpbis-rfc6265bis §4.1.3: `__Host-` as it promises', as, '__Host-a=b; Secure; Path=/', as, true],
    ['draft-ietf-httpbis-rfc6265bis §4.1.3: `__Host-` without `Secure`', as, '__Host-a=b; Path=/', as, false],
    [
      'draft-ietf-httpbis-rfc6265bis §4.1.3: `__Host-` with a domain',
      as,
      '__host-a=b; Secure; Path=/; Domain=as.example',
      as,
      false,
    ],
    [
      'draft-ietf-httpbis-rfc6265bis §4.1.3: `__Host-` with another path',
      as,
      '__Host-a=b; Secure; Path=/x',
      `${as}/x`,
      false,
    ],
    ['draft-ietf-httpbis-rfc6265bis §4.1.3: `__Secure-` without `Secure`', as, '__Secure-a=b', as, false],
    ['draft-ietf-httpbis-rfc6265bis §4.1.3: `__Secure-` as it promises', as, '__Secure-a=b; Secure', as, true],
  ]
  for (const [name, from, cookie, to, isSent] of table)
    test(name, () => {
      assert.equal(sent(to, [from, cookie]) !== undefined, isSent)
    })

  test('RFC 6265 §5.4: the longest path stands first, then the oldest', () => {
    assert.equal(
      sent(`${as}/x/y`, [as, 'a=1; Path=/', 'b=1; Path=/x', 'c=1; Path=/x', 'a=2; Path=/x/y']),
      'a=2; b=1; c=1; a=1',
    )
  })
})

describe('SameSite', () => {
  const jar = createCookieJar(() => start)
  jar.keep(new URL(as), [
    ['Set-Cookie', 'plain=1'],
    ['Set-Cookie', 'none=1; SameSite=None; Secure'],
    ['Set-Cookie', 'lax=1; SameSite=Lax'],
    ['Set-Cookie', 'strict=1; SameSite=strict'],
  ])
  const names = (isCrossSite: boolean, isSafe: boolean) =>
    jar.valueFor(new URL(as), { isCrossSite, isSafe })?.replaceAll('=1', '')

  test('draft-ietf-httpbis-rfc6265bis §5.8.3: within a site all are sent', () => {
    assert.equal(names(false, false), 'plain; none; lax; strict')
  })

  test('draft-ietf-httpbis-rfc6265bis §5.8.3: from elsewhere, `Lax` goes with a link and `Strict` with nothing', () => {
    assert.equal(names(true, true), 'plain; none; lax')
    assert.equal(names(true, false), 'plain; none')
  })
})
