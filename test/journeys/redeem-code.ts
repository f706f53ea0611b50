import { takeCoverage } from 'node:v8'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import { pkce, printFields } from '../attacks/target.ts'
import { approve, redirectUri, secret, startRunning } from './running-server.ts'

// Redeems one code of a running server. What runs between the two counts is what the redemption executes.
const server = await startRunning()
const parameters = {
  response_type: 'code',
  client_id: 'web',
  redirect_uri: redirectUri,
  scope: 'openid read_pets offline_access',
  code_challenge: pkce.challenge,
  code_challenge_method: 'S256',
}
const url = new URL(`${server.origin}/authorize?${printFields(parameters)}`)
const code = (await approve(server.openBrowser(), url)).searchParams.get('code') ?? undefined
takeCoverage()
const response = await fetch(`${server.origin}/token`, {
  method: 'POST',
  headers: { authorization: basicHeader('web', secret), 'content-type': 'application/x-www-form-urlencoded' },
  body: printFields({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: pkce.verifier,
  }),
})
takeCoverage()
if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
await server.close()
