// RFC 4514
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CertificateParts, der, makeCertificate, oid, sequence } from '../../testing/certificates.ts'
import { parseCertificate } from './certificate.ts'
import { isSameName, nameOf, parseDistinguishedName } from './distinguished-name.ts'

type Subject = NonNullable<CertificateParts['subject']>

function isOf(text: string, subject: Subject): boolean {
  const name = parseDistinguishedName(text)
  const certificate = parseCertificate(makeCertificate({ subject }).der)
  assert.ok(name, `\`${text}\` is a name`)
  assert.ok(certificate)
  return isSameName(name, certificate.subject)
}

const plain: Subject = [[['C', 'DE']], [['O', 'Example']], [['CN', 'client']]]

for (const [what, text, subject] of [
  ['the last relative name first', 'CN=client,O=Example,C=DE', plain],
  ['short names in any case', 'cn=client,o=Example,c=DE', plain],
  ['numbers for names', '2.5.4.3=client,2.5.4.10=Example,2.5.4.6=DE', plain],
  ['spaces before types', 'CN=client, O=Example, C=DE', plain],
  [
    'several attributes in any order',
    'OU=b+CN=a,C=DE',
    [
      [['C', 'DE']],
      [
        ['CN', 'a'],
        ['OU', 'b'],
      ],
    ],
  ],
  ['another string type', 'CN=client', [[['CN', 'client', 0x13]]]],
  ['sixteen bits a character', 'CN=Grüße', [[['CN', 'Grüße', 0x1e]]]],
  ['an escaped comma', String.raw`CN=a\,b`, [[['CN', 'a,b']]]],
  ['an escaped plus and quote', String.raw`CN=a\+\"b\"`, [[['CN', 'a+"b"']]]],
  ['an escaped backslash', String.raw`CN=a\\`, [[['CN', 'a\\']]]],
  ['an equals sign as it is', 'CN=a=b', [[['CN', 'a=b']]]],
  ['escaped spaces at the ends', String.raw`CN=\ a b\ `, [[['CN', ' a b ']]]],
  ['an escaped number sign', String.raw`CN=\#12`, [[['CN', '#12']]]],
  ['octets of UTF-8', String.raw`CN=Lu\C4\8Di\C4\87`, [[['CN', 'Lučić']]]],
  ['an escaped line break', String.raw`CN=a\0Ab`, [[['CN', 'a\nb']]]],
  ['the encoding itself', '2.5.4.97=#0c0350534e', [[['orgId', 'PSN']]]],
  [
    'domain components',
    'CN=client,DC=example,DC=org',
    [[['DC', 'org', 0x16]], [['DC', 'example', 0x16]], [['CN', 'client']]],
  ],
] as const)
  test(`RFC 4514 §3: a name is the one of the certificate: ${what}`, () => {
    assert.equal(isOf(text, subject), true)
  })

for (const [what, text, subject] of [
  ['the order turned around', 'C=DE,O=Example,CN=client', plain],
  ['one relative name less', 'CN=client,C=DE', plain],
  ['one relative name more', 'OU=x,CN=client,O=Example,C=DE', plain],
  ['another value', 'CN=clienT,O=Example,C=DE', plain],
  [
    'two relative names that the certificate has in one',
    'CN=a,OU=b',
    [
      [
        ['CN', 'a'],
        ['OU', 'b'],
      ],
    ],
  ],
  ['one that the certificate has in two', 'CN=a+OU=b', [[['OU', 'b']], [['CN', 'a']]]],
  ['a value that looks like two names', 'CN=client,O=Example', [[['CN', 'client,O=Example']]]],
  ['a value with a line break in it', 'CN=a,O=b', [[['CN', 'a\nO=b']]]],
  ['a value that goes on after a zero', 'CN=a', [[['CN', 'a\0.evil.example']]]],
  ['the same letters in a string type without a meaning', 'CN=client', [[['CN', 'client', 0x14]]]],
  ['letters that only look alike', 'CN=client', [[['CN', 'сlient']]]],
  ['another way to compose letters', 'CN=\u00fc', [[['CN', 'u\u0308']]]],
] as const)
  test(`RFC 4514 §3: a name is not the one of the certificate: ${what}`, () => {
    assert.equal(isOf(text, subject), false)
  })

for (const text of [
  '',
  'client',
  'CN',
  'CN=',
  'CN=a,',
  'CN=a,,O=b',
  'CN=a+',
  'XY=a',
  'CN=a;O=b',
  'CN="a"',
  'CN=a<b',
  'CN= a',
  'CN=a ',
  'CN=a ,O=b',
  'CN=#',
  'CN=#0',
  'CN=#0c05',
  'CN=#0c0161ff',
  'CN=#zz',
  String.raw`CN=a\x`,
  String.raw`CN=\ff`,
  'CN=a\\',
  'CN=a\0',
  '/C=DE/CN=client',
  '1=a',
])
  test(`RFC 4514 §3: what is no name is none: \`${text.replace('\0', '\\0')}\``, () => {
    assert.equal(parseDistinguishedName(text), undefined)
  })

test('RFC 5280 §4.1.2.4: an attribute of a certificate has a type and one value', () => {
  const [type, value] = [oid('550403'), der(0x0c, Buffer.from('client'))]
  const name = (...attribute: readonly Uint8Array[]) => nameOf(der(0x31, sequence(...attribute)))
  assert.deepEqual(name(type, value), [['2.5.4.3=client']])
  for (const wrong of [[type], [type, value, value], [value, type], []]) assert.throws(() => name(...wrong), RangeError)
})

test('RFC 4514 §3: a long text takes no long time', () => {
  assert.equal(parseDistinguishedName(`CN=${'a\\\\'.repeat(20_000)}"`), undefined)
  assert.equal(parseDistinguishedName(`${'CN=a+'.repeat(20_000)}`), undefined)
})
