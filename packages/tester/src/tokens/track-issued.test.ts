import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSecretLedger } from '../secret/secret.ts'
import type { SentRequest } from '../wire/exchange.ts'
import { clientWith, scriptedSend, serverWith } from './testing/scripted-server.ts'
import { trackIssued } from './track-issued.ts'

async function tracked(request: Partial<SentRequest>, body: unknown, clients = [clientWith()]) {
  const adopted: string[] = []
  const secrets = createSecretLedger()
  const adopt = (token: { reveal(): string }, hint: string, { name }: { readonly name: string }) =>
    void adopted.push(`${hint} ${token.reveal()} of ${name}`)
  const answer = () => ({ body })
  const paths = Object.fromEntries(['/token', '/Token/', '/register', '/device'].map(path => [path, answer]))
  const { send } = scriptedSend(paths)
  const parts = { server: serverWith({ clients }), secrets, source: { adopt } }
  const sent: SentRequest = { method: 'POST', origin: 'https://as.example', target: '/token', headers: [], ...request }
  await trackIssued(send, parts)(sent)
  return { adopted, seen: secrets.all().map(({ kind }) => kind) }
}

const both = { access_token: 'a-token', refresh_token: 'another', id_token: 'x.y.z' }

test('RFC 6749 §5.1: what a probe gets from the token endpoint is noted, however its path is spelled', async () => {
  for (const target of ['/token', '/token?x=1', '/Token/'])
    assert.deepEqual(
      (await tracked({ target }, both)).adopted,
      ['access_token a-token of web', 'refresh_token another of web'],
      target,
    )
})

test('it is noted for the client that asked, by its identifier or by its name in `Authorization`', async () => {
  const clients = [clientWith(), clientWith({ name: 'second', clientId: 'other' })]
  const { adopted } = await tracked({ body: 'client_id=other' }, { access_token: 'a' }, clients)
  assert.deepEqual(adopted, ['access_token a of second'])
  const basic = await tracked(
    { headers: [['Authorization', `Basic ${btoa('other:x')}`]] },
    { access_token: 'a' },
    clients,
  )
  assert.deepEqual(basic.adopted, ['access_token a of second'])
  const strange = await tracked({ headers: [['Authorization', 'Basic %%%']] }, { access_token: 'a' }, clients)
  assert.deepEqual(strange.adopted, ['access_token a of web'])
})

test('RFC 7591 §3.2.1: what else opens something in an answer of the server is remembered and not revoked', async () => {
  const body = { client_secret: 's', registration_access_token: 'r', device_code: 'd', access_token: 'a' }
  const { adopted, seen } = await tracked({ target: '/register' }, body)
  assert.deepEqual(adopted, [])
  assert.deepEqual(seen.sort(), ['access token', 'client secret', 'device code', 'registration access token'])
  assert.deepEqual((await tracked({ origin: 'https://api.example' }, body)).seen, [])
})
