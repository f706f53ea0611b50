// RFC 7591
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { type JWTHeaderParameters, SignJWT } from 'jose'
import { plainMetadata, register, registrationWorld, sendMetadata } from '../../testing/registration.ts'
import { bodyOf, outcomeOf } from '../../testing/requests.ts'
import type { RegistrationOptions } from './options.ts'

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const directory = keyPair()
const stranger = keyPair()
const issuer = 'https://directory.example'
const softwareStatements = {
  issuers: [{ issuer, jwks: { keys: [{ ...directory.publicKey.export({ format: 'jwk' }), kid: 'd1' }] } }],
}
const now = 1_800_000_000

type Changes = {
  readonly header?: Partial<JWTHeaderParameters>
  readonly key?: typeof directory.privateKey | Uint8Array
}

const statement = (
  claims: Readonly<Record<string, unknown>> = {},
  { header, key = directory.privateKey }: Changes = {},
) =>
  new SignJWT({ iss: issuer, software_id: 'shop-app', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'd1', ...header })
    .sign(key)

const send = async (metadata: Readonly<Record<string, unknown>>, options: Partial<RegistrationOptions> = {}) =>
  sendMetadata(await registrationWorld({ softwareStatements, ...options }), { ...plainMetadata, ...metadata })

test('RFC 7591 §2.3: what a software statement says wins over what stands beside it', async () => {
  const told = bodyOf(
    await send({
      software_statement: await statement({ client_name: 'Shop', redirect_uris: ['https://shop.example/signed'] }),
      client_name: 'Bank',
      software_id: 'other',
      contacts: ['a@shop.example'],
    }),
  )
  assert.equal(told['client_name'], 'Shop')
  assert.equal(told['software_id'], 'shop-app')
  assert.deepEqual(told['redirect_uris'], ['https://shop.example/signed'])
  assert.deepEqual(told['contacts'], ['a@shop.example'])
})

test('RFC 7591 §3.2.1: a software statement that was used is answered as it was sent', async () => {
  const software_statement = await statement()
  assert.equal(bodyOf(await send({ software_statement }))['software_statement'], software_statement)
})

test('RFC 7591 §2.3: a software statement goes no further than the policy', async () => {
  const beyond = { grant_types: ['password'], dangerouslyAllowPassword: true }
  assert.equal(outcomeOf(await send({ software_statement: await statement(beyond) })), '400 invalid_client_metadata')
  const scope = await statement({ scope: 'read_pets admin', software_statement: 'nested', client_id: 'web' })
  const told = bodyOf(await send({ software_statement: scope }))
  assert.equal(told['scope'], 'read_pets write_pets')
  assert.notEqual(told['client_id'], 'web')
})

test('RFC 7591 §2.3: where no statements are believed, one is like any member that nobody reads', async () => {
  const world = await registrationWorld()
  const software_statement = await statement({ client_name: 'Signed' })
  const told = bodyOf(await sendMetadata(world, { ...plainMetadata, software_statement }))
  assert.equal('client_name' in told, false)
  assert.equal('software_statement' in told, false)
})

test('RFC 7591 §2.3: where one is needed, nobody registers without', async () => {
  const options = { softwareStatements: { ...softwareStatements, isRequired: true } }
  assert.equal(outcomeOf(await send({}, options)), '400 unapproved_software_statement')
  assert.equal((await send({ software_statement: await statement() }, options)).status, 201)
  assert.equal((await send({})).status, 201)
})

test('RFC 7591 §3.2.2: a statement of an issuer that is not trusted is unapproved_software_statement', async () => {
  for (const iss of ['https://other.example', undefined, ''])
    assert.equal(
      outcomeOf(await send({ software_statement: await statement({ iss }) })),
      '400 unapproved_software_statement',
    )
})

const invalid: readonly (readonly [name: string, make: () => unknown])[] = [
  ['that is no text', () => ({})],
  ['that is no JWT', () => 'x.y'],
  ['without end', () => `${'x'.repeat(20_000)}.y.z`],
  ['of another key', () => statement({}, { key: stranger.privateKey })],
  ['of another key that names the right one', () => statement({}, { key: stranger.privateKey, header: { kid: 'd1' } })],
  ['by a secret', () => statement({}, { key: new Uint8Array(32), header: { alg: 'HS256' } })],
  ['that has expired', () => statement({ exp: now - 31 })],
  ['whose end is no number', () => statement({ exp: 'never' })],
  ['that is not yet good', () => statement({ nbf: now + 31 })],
]

for (const [name, make] of invalid)
  test(`RFC 7591 §3.2.2: a statement ${name} is invalid_software_statement`, async () => {
    const response = await send({ software_statement: await make() })
    assert.equal(outcomeOf(response), '400 invalid_software_statement')
  })

test('RFC 7591 §3.2.2: an unsigned statement is invalid_software_statement', async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const unsigned = `${part({ alg: 'none' })}.${part({ iss: issuer })}.`
  assert.equal(outcomeOf(await send({ software_statement: unsigned })), '400 invalid_software_statement')
  assert.equal(outcomeOf(await send({ software_statement: `${unsigned}AA` })), '400 invalid_software_statement')
})

test('RFC 7591 §2.3: a statement that expires later is good', async () => {
  assert.equal((await send({ software_statement: await statement({ exp: now + 10, nbf: now }) })).status, 201)
})

const stated = { client_uri: 'https://vendor.example/', ...plainMetadata }

test('RFC 7591 §5: links of a client that somebody vouches for are kept', async () => {
  const software_statement = await statement(stated)
  assert.equal(bodyOf(await send({ software_statement }))['client_uri'], 'https://vendor.example/')
})

test('RFC 7591 §5: a statement that does not say where answers go vouches for nobody who shows it', async () => {
  const software_statement = await statement({ client_uri: 'https://vendor.example/' })
  assert.equal('client_uri' in bodyOf(await send({ software_statement })), false)
})

test('RFC 7591 §5: a statement vouches for what it came with, and not for what the client becomes without it', async () => {
  const world = await registrationWorld({ softwareStatements })
  const told = await register(world, { software_statement: await statement(stated) })
  const answer = await sendMetadata(
    world,
    { ...plainMetadata, client_id: told.client_id, client_uri: 'https://vendor.example/' },
    { method: 'PUT', path: `/register/${told.client_id}`, token: told.registration_access_token },
  )
  assert.equal(answer.status, 200)
  assert.equal('client_uri' in bodyOf(answer), false)
})

test('RFC 8725 §3.1: a statement by an algorithm that the server does not accept is invalid_software_statement', async () => {
  const world = await registrationWorld({ softwareStatements }, { acceptedAlgorithms: ['PS256'] })
  const answer = await sendMetadata(world, { ...plainMetadata, software_statement: await statement() })
  assert.equal(outcomeOf(answer), '400 invalid_software_statement')
})
