import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSecretLedger } from '../../../secret/secret.ts'
import { listenHostile } from './listen-hostile.ts'

test('RFC 7636 §4.6: a played server listens on loopback, and gives tokens for the verifier that fits', async () => {
  const server = await listenHostile({ secrets: createSecretLedger(), now: () => Date.now() })
  try {
    const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).text()
    assert.ok(metadata.includes(`"issuer":"${server.issuer}"`))
    // RFC 7636 Appendix B
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    const asked = new Map([
      ['client_id', 'small'],
      ['scope', 'openid read'],
      ['code_challenge', challenge],
      ['code_challenge_method', 'S256'],
    ])
    const redeem = (code: string, sent: string) =>
      fetch(`${server.issuer}/token`, { method: 'POST', body: new URLSearchParams({ code, code_verifier: sent }) })
    const good = server.issue({ asked })
    assert.equal((await redeem(good.reveal(), verifier)).status, 200)
    assert.equal((await redeem(good.reveal(), verifier)).status, 400)
    const bad = server.issue({ asked })
    assert.equal((await redeem(bad.reveal(), `${verifier}x`)).status, 400)
    assert.deepEqual(
      server.redemptions(bad).map(({ fits }) => fits),
      [false],
    )
    assert.equal((await redeem('unknown', verifier)).status, 400)
    const long = await fetch(`${server.issuer}/token`, { method: 'POST', body: 'x'.repeat(200_000) }).catch(
      () => undefined,
    )
    assert.notEqual(long?.status, 200)
  } finally {
    await server.close()
  }
})
