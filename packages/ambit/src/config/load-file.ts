import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { isObject } from './fields.ts'
import { importModule } from './import-module.ts'

/** The names under which a configuration file is looked for, in this order. */
const fileNames = ['ambit.config.ts', 'ambit.config.mjs', 'ambit.config.js', 'ambit.config.json'] as const

/** A configuration file as it was read, unchecked, and what is wrong with it for the way it is written. */
export type LoadedFile = {
  readonly path: string
  readonly directory: string
  readonly raw: unknown
  readonly problems: readonly ConfigProblem[]
}

/**
 * Reads the configuration file: the given one, or the first that the folder has.
 * @throws {ConfigError} when there is none or it cannot be read
 */
export async function loadFile(folder: string, given?: string): Promise<LoadedFile> {
  const path = given === undefined ? findFile(folder) : resolve(folder, given)
  if (path === undefined)
    throw missing(
      `there is no \`${fileNames[0]}\` in \`${folder}\`; \`ambit init\` writes one, \`--config\` names another`,
    )
  if (!existsSync(path)) throw missing(`there is no file \`${path}\``)
  const isJson = path.endsWith('.json')
  const raw = isJson ? readJson(path) : await importDefault(path)
  return { path, directory: dirname(path), raw, problems: isJson ? dangerousMembers(raw, '') : [] }
}

function findFile(folder: string): string | undefined {
  return fileNames.map(name => join(folder, name)).find(path => existsSync(path))
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError([{ path: '', message: `it is no JSON: ${messageOf(error)}` }], `\`${path}\``)
  }
}

/** A switch whose name warns is set by someone who writes code, not by a generator of JSON. */
function dangerousMembers(value: unknown, path: string): readonly ConfigProblem[] {
  if (Array.isArray(value)) return value.flatMap((each: unknown, index) => dangerousMembers(each, `${path}[${index}]`))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`
    if (!name.startsWith('dangerously')) return dangerousMembers(member, at)
    return [
      { path: at, message: 'a dangerous switch cannot come from JSON; write the configuration as `ambit.config.ts`' },
    ]
  })
}

async function importDefault(path: string): Promise<unknown> {
  const module = await importModule(path)
  if (isObject(module) && 'default' in module) return module['default']
  throw new ConfigError(
    [{ path: '', message: 'it has no default export: `export default` stands before the configuration' }],
    `\`${path}\``,
  )
}

function missing(message: string): ConfigError {
  return new ConfigError([{ path: '', message }])
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
