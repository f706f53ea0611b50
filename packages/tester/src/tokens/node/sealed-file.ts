// NIST SP 800-38D §8.2.1; RFC 9700 §4.9.1
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import type { SealedText } from '../vault.ts'

/** A key of 256 bits, not to be printed. */
export type VaultKey = { readonly bytes: () => Uint8Array }

/** Makes a key that lives as long as the run. */
export function makeVaultKey(): VaultKey {
  const bytes = randomBytes(32)
  return { bytes: () => bytes }
}

/** Reads a key of 32 bytes in base64url, as the environment holds it. @throws {TypeError} where it is none */
export function readVaultKey(text: string): VaultKey {
  const isKey = /^[A-Za-z0-9_-]{43}=?$/.test(text)
  if (!isKey) throw new TypeError('the key of the vault must be 32 bytes in base64url: 43 characters')
  const bytes = Buffer.from(text, 'base64url')
  return { bytes: () => bytes }
}

const mark = Buffer.from('ambit-vault 1\n')
const nonceLength = 12
const tagLength = 16

/**
 * A text in a file, encrypted with AES-256-GCM under a nonce that is new with each write. The file belongs to its owner alone
 * and is replaced in one step.
 * @throws {Error} on reading, where the key is another one or the file was changed
 */
export function openSealedFile(path: string, key: VaultKey): SealedText {
  return {
    read: async () => {
      const sealed = await readIfThere(path)
      return sealed === undefined ? undefined : unseal(sealed, { path, key })
    },
    write: text => replaceFile(path, seal(text, key)),
    remove: () => rm(path, { force: true }),
  }
}

function seal(text: string, key: VaultKey): Buffer {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key.bytes(), nonce, { authTagLength: tagLength }).setAAD(mark)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([mark, nonce, cipher.getAuthTag(), sealed])
}

function unseal(file: Buffer, { path, key }: { readonly path: string; readonly key: VaultKey }): string {
  const begin = mark.length + nonceLength + tagLength
  if (!file.subarray(0, mark.length).equals(mark) || file.length < begin)
    throw new Error(`\`${path}\` is no vault of tokens`)
  const nonce = file.subarray(mark.length, mark.length + nonceLength)
  const decipher = createDecipheriv('aes-256-gcm', key.bytes(), nonce, { authTagLength: tagLength })
  decipher.setAAD(mark).setAuthTag(file.subarray(mark.length + nonceLength, begin))
  try {
    return Buffer.concat([decipher.update(file.subarray(begin)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new Error(`the vault \`${path}\` does not open: its key is another one, or the file was changed`, { cause })
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function replaceFile(path: string, content: Buffer): Promise<void> {
  const own = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = await open(own, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(own, path)
  } catch (error) {
    await rm(own, { force: true })
    throw error
  }
}
