import { type TlsOptions, tlsOptions } from './tls.ts'

/** Where a server listens; a `host` that begins with `/` is the folder of a Unix socket. */
export type Host = { readonly host: string; readonly port: number }

/** What the URL of a database says. */
export type ConnectionPlan = {
  /** In the order in which they are tried. */
  readonly hosts: readonly Host[]
  readonly user?: string
  readonly password?: string
  readonly database?: string
  readonly applicationName: string
  readonly options?: string
  readonly connectMillis?: number
  /** Whether only a server will do that may be written. */
  readonly isPrimaryWanted: boolean
  readonly tls: TlsOptions | false
}

const form = /^postgres(?:ql)?:\/\/(?:([^/?@]*)@)?([^/?@]*)(?:\/([^?]*))?(?:\?(.*))?$/
const parameterNames = [
  'application_name',
  'channel_binding',
  'connect_timeout',
  'options',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslrootcert',
  'target_session_attrs',
] as const

/** The parameters that a URL may have after its `?`, by their names in libpq. */
export type ConnectionParameters = Readonly<Partial<Record<(typeof parameterNames)[number], string>>>

/**
 * Reads `postgres://user:password@host:5432,other:5432/database?sslmode=verify-full`.
 * @throws with a sentence that repeats nothing which could be a secret
 */
export function parseConnectionUrl(url: string): ConnectionPlan {
  const [isUrl, userinfo, hostList = '', database, query = ''] = form.exec(url) ?? []
  if (isUrl === undefined)
    throw new Error(
      'the URL of the database cannot be read; it looks like `postgres://user:password@host:5432/database`, with what is special in the password percent-encoded',
    )
  const [user, password] = (userinfo ?? '').split(/:(.*)/s).map(part => decode(part, 'user and password'))
  const hosts = hostList.split(',').map(parseHost)
  const parameters = parseParameters(query)
  const name = database ? decode(database, 'name of the database') : undefined
  return {
    hosts,
    ...(user && { user }),
    ...(password && { password }),
    ...(name && { database: name }),
    applicationName: parameters.application_name ?? 'ambit',
    ...(parameters.options && { options: parameters.options }),
    ...(parameters.connect_timeout && { connectMillis: parseSeconds(parameters.connect_timeout) }),
    isPrimaryWanted: parseTarget(parameters.target_session_attrs),
    tls: tlsOptions(parameters, hosts),
  }
}

/** What is wrong with the URL of a database, without a secret; nothing where it can be used. */
export function checkConnectionUrl(url: string): string | undefined {
  try {
    parseConnectionUrl(url)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error(`the ${what} in the URL of the database cannot be read: \`%\` is written as \`%25\``)
  }
}

function parseHost(text: string): Host {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d*))?$/.exec(text) ?? []
  const host = bracketed ?? decode(plain ?? '', 'host')
  const port = Number(digits || 5432)
  if ((bracketed ?? plain) === undefined || !(port >= 1 && port <= 65_535))
    throw new Error(
      'a host in the URL of the database cannot be read; it looks like `host:5432` or `[::1]:5432`, and in a password `/`, `?` and `@` are written as `%2F`, `%3F` and `%40`',
    )
  return { host: host || 'localhost', port }
}

function parseParameters(query: string): ConnectionParameters {
  const pairs = query.split('&').filter(Boolean).map(parsePair)
  const unknown = pairs.find(([name]) => !parameterNames.some(known => known === name))
  if (unknown) {
    const told = mayBeTold(unknown[0], query) ? `the parameter \`${unknown[0]}\`` : 'a parameter that is unknown'
    throw new Error(`the URL of the database has ${told}; known are ${parameterNames.join(', ')}`)
  }
  return Object.fromEntries(pairs)
}

/** Where a password has a `?` that is not encoded, what follows it is taken for parameters. */
function mayBeTold(name: string, query: string): boolean {
  return /^[a-z_]+$/.test(name) && !query.includes('@')
}

function parsePair(pair: string): readonly [string, string] {
  const [name = '', value = ''] = pair.split(/=(.*)/s).map(part => decode(part, 'parameters'))
  return [name, value]
}

function parseTarget(attribute = 'read-write'): boolean {
  if (attribute === 'any') return false
  if (attribute === 'read-write' || attribute === 'primary') return true
  throw new Error(`\`target_session_attrs\` is \`${attribute}\`; wanted is \`read-write\`, \`primary\` or \`any\``)
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!(seconds > 0)) throw new Error(`\`connect_timeout\` is \`${text}\`; wanted is a number of seconds`)
  return seconds * 1_000
}
