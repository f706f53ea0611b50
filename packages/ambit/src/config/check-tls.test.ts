// RFC 8705 §2, RFC 9440 §4
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConfig } from './check-config.ts'
import type { Config } from './config.ts'
import { issuerOf } from './config.ts'
import { ConfigError } from './config-error.ts'

const catalogue = { scopes: { read_pets: {} } }
const tls = { cert: 'tls/as.pem', key: '/run/secrets/as.key' }
const asking = { ...tls, requestCert: true, ca: 'tls/clients.pem' }
const trustedProxies = ['127.0.0.1']
const nginx = { header: 'X-SSL-Client-Cert', verifiedHeader: 'X-SSL-Client-Verify' }

function read(raw: object): Config {
  return checkConfig({ catalogue, ...raw }, { environment: {}, directory: '/etc/ambit' })
}

function problemsOf(raw: object): string {
  try {
    read(raw)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  return 'none'
}

test('the files of TLS are relative to the configuration, unless they are absolute', () => {
  assert.deepEqual(read({ tls: asking }).tls, {
    cert: '/etc/ambit/tls/as.pem',
    key: '/run/secrets/as.key',
    ca: '/etc/ambit/tls/clients.pem',
    requestCert: true,
  })
})

test('where no issuer is named, it is https where the port speaks TLS', () => {
  assert.equal(issuerOf(read({ tls })), 'https://localhost:4000')
  assert.equal(issuerOf(read({ tls: { ...tls, port: 4443 } })), 'http://localhost:4000')
})

test('RFC 8705 §2: mutual TLS may be had from our own listener, or from a proxy', () => {
  assert.equal(problemsOf({ features: { mutualTls: true }, tls: asking }), 'none')
  assert.equal(problemsOf({ features: { mutualTls: true }, trustedProxies, certificateField: nginx }), 'none')
  const own = { ...tls, requestCert: true }
  assert.equal(problemsOf({ features: { mutualTls: { methods: ['self_signed_tls_client_auth'] } }, tls: own }), 'none')
})

for (const [what, raw, problem] of [
  ['no key', { tls: { cert: 'a' } }, /tls\.key: is missing/],
  ['an unknown member', { tls: { ...tls, minVersion: 'TLSv1' } }, /tls\.minVersion: unknown key/],
  ['authorities that nobody is asked for', { tls: { ...tls, ca: 'a' } }, /tls\.ca: means nothing without `requestCert/],
  ['two on one port', { port: 4443, tls: { ...tls, port: 4443 } }, /tls\.port: another port than `port`/],
  ['an issuer that does not say it', { tls, issuer: 'http://localhost:4000' }, /issuer: an https URL is wanted/],
  ['a field that anybody may write', { certificateField: nginx }, /certificateField: the proxy that writes it/],
  [
    'a field that is no name',
    { trustedProxies, certificateField: { header: 'a b' } },
    /certificateField\.header: the name/,
  ],
  [
    'a proxy that always verifies, and says so',
    { trustedProxies, certificateField: { ...nginx, isVerified: true } },
    /certificateField: one of `verifiedHeader` and `isVerified`/,
  ],
  [
    'a field that is never read',
    { trustedProxies, certificateField: nginx, tls: asking },
    /certificateField: is never read/,
  ],
  ['no certificates', { features: { mutualTls: true } }, /features\.mutualTls: wants certificates/],
  ['nobody asked for certificates', { features: { mutualTls: true }, tls }, /features\.mutualTls: wants certificates/],
  [
    'no authorities',
    { features: { mutualTls: true }, tls: { ...tls, requestCert: true } },
    /features\.mutualTls\.methods: `tls_client_auth` wants authorities/,
  ],
  [
    'nothing that is verified',
    { features: { mutualTls: true }, trustedProxies, certificateField: { header: 'Client-Cert' } },
    /features\.mutualTls\.methods: `tls_client_auth` wants authorities/,
  ],
] as const)
  test(`RFC 8705 §2: what could not work is told at start: ${what}`, () => {
    assert.match(problemsOf(raw), problem)
  })

test('RFC 8705 §2.1.2: a client that is declared for `tls_client_auth` has exactly one subject', () => {
  const declare = (metadata: object) =>
    problemsOf({
      features: { mutualTls: true },
      tls: asking,
      clients: [{ clientId: 'bank', authenticationMethod: 'tls_client_auth', scope: ['read_pets'], metadata }],
    })
  assert.equal(declare({ tls_client_auth_san_dns: 'bank.example' }), 'none')
  assert.match(declare({}), /metadata\.tls_client_auth_subject_dn: `tls_client_auth` wants exactly one of/)
  assert.match(
    declare({ tls_client_auth_subject_dn: 'bank' }),
    /tls_client_auth_subject_dn: a distinguished name as RFC 4514/,
  )
})
