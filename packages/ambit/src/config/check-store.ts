import { isAbsolute, resolve } from 'node:path'
import { checkConnectionUrl } from '@ambit/store'
import type { Environment } from './check-client.ts'
import type { DatabaseConfig } from './config.ts'
import { isDatabaseUrl } from './database-url.ts'
import { defaults } from './defaults.ts'
import type { Report } from './fields.ts'
import type { ShapedDatabase } from './store-shape.ts'

type Reading = { readonly environment: Environment; readonly directory: string; readonly report: Report }

/** Completes where everything is kept; a URL is read from the environment where it is not in the file. */
export function completeStore(
  shaped: string | ShapedDatabase = defaults.store,
  reading: Reading,
): string | DatabaseConfig {
  if (typeof shaped === 'string')
    return shaped === 'memory' || isAbsolute(shaped) ? shaped : resolve(reading.directory, shaped)
  const { urlEnv, replicaUrlEnv, url, replicaUrl, ...rest } = shaped
  const unnamed = url === undefined && urlEnv === undefined ? defaultVariable : undefined
  const primary = readUrl({ member: 'url', url, variable: urlEnv ?? unnamed }, reading)
  const replica = readUrl({ member: 'replicaUrl', url: replicaUrl, variable: replicaUrlEnv }, reading)
  // a problem was reported, so nobody sees what stands here
  if (primary === undefined) return 'memory'
  return { migrate: 'start', ...rest, url: primary, ...(replica !== undefined && { replicaUrl: replica }) }
}

const defaultVariable = 'DATABASE_URL'

type Named = {
  readonly member: 'url' | 'replicaUrl'
  readonly url: string | undefined
  readonly variable: string | undefined
}

function readUrl({ member, url, variable }: Named, { environment, report }: Reading): string | undefined {
  if (variable === undefined) return readable(url, `store.${member}`, report)
  if (url !== undefined) report(`store.${member}Env`, `one of \`${member}\` and \`${member}Env\` is wanted, not both`)
  const value = environment[variable]
  if (!value) report(`store.${member}Env`, `the environment variable \`${variable}\` is not set`)
  else if (!isDatabaseUrl(value))
    report(`store.${member}Env`, `\`${variable}\` does not hold a URL like \`postgres://name:password@host/database\``)
  else return readable(value, `store.${member}Env`, report)
  return value
}

/** A URL of a database, with what is wrong with it reported. */
function readable(url: string | undefined, path: string, report: Report): string | undefined {
  const problem = url === undefined ? undefined : checkConnectionUrl(url)
  if (problem !== undefined) report(path, problem)
  return url
}
