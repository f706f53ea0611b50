import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { inspect } from 'node:util'
import { createSecretLedger } from '../../secret/secret.ts'
import { Vault } from '../vault.ts'
import { makeVaultKey, openSealedFile, readVaultKey } from './sealed-file.ts'

describe('openSealedFile', () => {
  let folder: string
  const key = makeVaultKey()
  const text = 'a refresh token that nobody may read'
  const at = (name: string) => join(folder, name)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ambit-vault-'))
  })
  after(() => rm(folder, { recursive: true }))

  test('gives back what was written, and nothing where nothing is', async () => {
    const file = openSealedFile(at('a'), key)
    assert.equal(await file.read(), undefined)
    await file.write(text)
    assert.equal(await openSealedFile(at('a'), key).read(), text)
    await file.remove()
    await file.remove()
    assert.equal(await file.read(), undefined)
  })

  test('RFC 9700 §4.9.1: no token stands in the file in clear, in any coding', async () => {
    const secrets = createSecretLedger()
    const vault = new Vault(secrets, openSealedFile(at('b'), key))
    const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.'
    vault.owe({ text: token, hint: 'refresh_token', client: 'web-client' })
    vault.keep('key', {
      obtainedAt: 1,
      token: {
        accessToken: secrets.secret('access token', text),
        tokenType: 'DPoP',
        scope: [],
        holder: { kind: 'user', user: 'first' },
        expiresAt: 2,
        from: 'server',
        dpopKey: { publicJwk: { kty: 'EC' }, privateJwk: secrets.secret('private key', '{"d":"the private half"}') },
      },
    })
    await vault.saved()
    const content = await readFile(at('b'))
    for (const secret of [token, text, 'the private half', 'web-client'])
      for (const form of [secret, btoa(secret), encodeURIComponent(secret), Buffer.from(secret).toString('hex')])
        assert.equal(content.includes(form), false, form)
    const again = new Vault(createSecretLedger(), openSealedFile(at('b'), key))
    await again.open()
    assert.equal(again.find('key')?.token.accessToken.reveal(), text)
    assert.equal(again.find('key')?.token.dpopKey?.privateJwk.reveal(), '{"d":"the private half"}')
    assert.equal(again.owed[0]?.text, token)
  })

  test('belongs to its owner alone, and is replaced in one step', async () => {
    const file = openSealedFile(at('c'), key)
    await file.write('one')
    const before = await stat(at('c'))
    assert.equal(before.mode & 0o777, 0o600)
    await Promise.all([file.write('two'), file.write('three')])
    assert.notEqual((await stat(at('c'))).ino, before.ino)
    assert.deepEqual(
      (await readdir(folder)).filter(name => name.startsWith('c')),
      ['c'],
    )
    await assert.rejects(openSealedFile(at('none/c'), key).write('x'))
  })

  test('the same text looks different each time', async () => {
    const file = openSealedFile(at('d'), key)
    await file.write(text)
    const first = await readFile(at('d'))
    await file.write(text)
    assert.notDeepEqual(await readFile(at('d')), first)
  })

  test('another key, a changed, cut or foreign file does not open, and nothing of it is told', async () => {
    const file = openSealedFile(at('e'), key)
    await file.write(text)
    await assert.rejects(
      openSealedFile(at('e'), makeVaultKey()).read(),
      /its key is another one, or the file was changed/,
    )
    const good = await readFile(at('e'))
    for (let place = 14; place < good.length; place += 1) {
      const changed = Buffer.from(good)
      changed[place] = (changed[place] ?? 0) ^ 1
      await writeFile(at('f'), changed)
      await assert.rejects(openSealedFile(at('f'), key).read(), /does not open/, `${place}`)
    }
    await writeFile(at('f'), good.subarray(0, good.length - 1))
    await assert.rejects(openSealedFile(at('f'), key).read(), /does not open/)
    for (const foreign of [
      good.subarray(0, 20),
      Buffer.from('{}'),
      Buffer.from(`x${good.toString('latin1')}`, 'latin1'),
    ]) {
      await writeFile(at('f'), foreign)
      await assert.rejects(openSealedFile(at('f'), key).read(), /is no vault of tokens/)
    }
  })
})

describe('readVaultKey', () => {
  test('32 bytes in base64url, or it is refused without being shown', () => {
    const text = Buffer.alloc(32, 7).toString('base64url')
    assert.deepEqual([...readVaultKey(text).bytes()], Array(32).fill(7))
    for (const wrong of ['', text.slice(1), `${text}AA`, `${text.slice(1)}*`])
      assert.throws(() => readVaultKey(wrong), /must be 32 bytes in base64url: 43 characters$/)
  })

  test('a key does not print', () => {
    assert.equal(inspect(makeVaultKey(), { depth: 9, showHidden: true }).includes('Uint8Array'), false)
    assert.equal(JSON.stringify(makeVaultKey()), '{}')
  })
})

describe('Vault', () => {
  test('what an earlier run left is not written over, and what is newer counts', async () => {
    const earlier: string[] = []
    const memory = {
      read: async () => earlier.at(-1),
      write: async (text: string) => void earlier.push(text),
      remove: async () => undefined,
    }
    const first = new Vault(createSecretLedger(), memory)
    first.owe({ text: 'old', hint: 'access_token', client: 'web' })
    first.owe({ text: 'both', hint: 'access_token', client: 'web' })
    await first.saved()
    const second = new Vault(createSecretLedger(), memory)
    second.owe({ text: 'both', hint: 'access_token', client: 'other' })
    await second.saved()
    assert.match(earlier.at(-1) ?? '', /"both".*"client":"other".*"old"/)
    assert.equal(second.owed.length, 2)
  })

  test('a write that fails is told by the next who waits, and a later one may succeed', async () => {
    let isFull = true
    const written: string[] = []
    const vault = new Vault(createSecretLedger(), {
      read: async () => undefined,
      write: async text => {
        if (isFull) throw new Error('no space left')
        written.push(text)
      },
      remove: async () => undefined,
    })
    vault.owe({ text: 'a', hint: 'access_token', client: 'web' })
    await assert.rejects(vault.saved(), /no space left/)
    isFull = false
    vault.owe({ text: 'b', hint: 'access_token', client: 'web' })
    await vault.saved()
    assert.match(written.join(), /"a".*"b"/)
  })
})
