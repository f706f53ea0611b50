import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Artefact } from '../leak-search.ts'

/**
 * Writes files that only their owner may read. Each is whole or not there: it is written beside its place and then renamed, which
 * also never follows a link.
 */
export async function writeArtefacts(artefacts: readonly Artefact[]): Promise<void> {
  for (const { name, text } of artefacts) {
    await mkdir(dirname(name), { recursive: true })
    const there = await stat(name).catch(() => undefined)
    // whoever may do everything would put a file in the place of a device
    if (there?.isFile() === false) throw new Error('what is there is no file')
    const draft = `${name}.${randomBytes(6).toString('hex')}`
    try {
      const file = await open(draft, 'wx', 0o600)
      try {
        await file.writeFile(text)
      } finally {
        await file.close()
      }
      await rename(draft, name)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }
}

/** Reads what a run has left on disk, to be searched; a file that is not there is left out. */
export async function readArtefacts(names: readonly string[]): Promise<readonly Artefact[]> {
  const read = names.map(async name => ({ name, text: await readText(name) }))
  return (await Promise.all(read)).flatMap(({ name, text }) => (text === undefined ? [] : [{ name, text }]))
}

/** Removes what must not stay on disk, and says what was there. */
export async function removeArtefacts(names: readonly string[]): Promise<readonly string[]> {
  const there = (await readArtefacts(names)).map(({ name }) => name)
  await Promise.all(there.map(name => rm(name, { force: true })))
  return there
}

async function readText(name: string): Promise<string | undefined> {
  try {
    return await readFile(name, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
