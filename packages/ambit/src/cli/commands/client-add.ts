import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { findClientProblems } from '@ambit/server'
import { checkClient } from '../../config/check-client.ts'
import type { DeclaredClient } from '../../config/config.ts'
import { ConfigError, type ConfigProblem } from '../../config/config-error.ts'
import { client as clientShape } from '../../config/shape.ts'
import { type CliIo, type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { readNamedValues } from '../named-values.ts'
import { type Opened, withStore } from '../open.ts'
import { type GivenSecret, readClientSecret } from '../secret-input.ts'
import { declared, publicMembers } from './client.ts'

/** Registers a client by the same rules as the configuration file's. */
export const addClient: Run = (input, io) =>
  withStore(input, io, async opened => {
    const clientId = input.argument(0)
    const { store, clock, crypto, path } = opened
    const known = await store.findClient(clientId)
    if (known?.isDeclared) return declared(io, clientId, path)
    if (known)
      return fail(io, `there is a client \`${clientId}\` already; \`ambit client remove ${clientId}\` removes it`)
    const secret = wantsSecret(input) ? await readClientSecret(input, io, crypto.random) : undefined
    const client = { ...checkDeclared(declarationOf(input, io, secret), opened), createdAt: clock.now() }
    if (!(await store.saveClient(client)))
      return fail(io, `\`${clientId}\` is the id of a user already; choose another (RFC 9700 §4.15)`)
    printAdded(input, io, { members: publicMembers(client), secret })
    if (client.scope === '' && client.introspects.length === 0)
      io.err('it may have no scope, so no token either; register it again with `--scope` or `--introspects`\n')
    return exitCodes.done
  })

function wantsSecret(input: CommandInput): boolean {
  const method = input.text('method') ?? 'client_secret_basic'
  const hasKeys = input.text('jwks') !== undefined || input.text('jwksUri') !== undefined
  const isByKeys = hasKeys && input.text('method') === undefined
  return !input.flag('public') && !isByKeys && method.startsWith('client_secret_')
}

/** The options as a configuration file would say them. */
function declarationOf(input: CommandInput, io: CliIo, secret: GivenSecret | undefined): unknown {
  const jwks = input.text('jwks')
  return {
    clientId: input.argument(0),
    name: input.text('name'),
    uri: input.text('uri'),
    applicationType: input.flag('native') ? 'native' : undefined,
    authenticationMethod: input.flag('public') ? 'none' : input.text('method'),
    secret: secret?.text,
    jwks: jwks === undefined ? undefined : readJwks(resolve(io.folder, jwks)),
    jwksUri: input.text('jwksUri'),
    metadata: readMetadata(input.list('metadata')),
    redirectUris: given(input.list('redirectUri')),
    postLogoutRedirectUris: given(input.list('postLogoutRedirectUri')),
    grantTypes: given(input.list('grantType')),
    introspects: given(input.list('introspects')),
    scope: words(input.text('scope')) ?? [],
    defaultScope: words(input.text('defaultScope')),
  }
}

function checkDeclared(declaration: unknown, { config, ...opened }: Opened): DeclaredClient {
  const problems: ConfigProblem[] = []
  const place = { path: '', report: (path: string, message: string) => void problems.push({ path, message }) }
  const shaped = clientShape.parse(declaration, place)
  const client =
    shaped && problems.length === 0
      ? checkClient(shaped, { ...config, environment: {} }, { ...place, isSound: true })
      : undefined
  const known = config.resources.map(each => each.resource)
  for (const resource of client?.introspects.filter(each => !known.includes(each)) ?? [])
    place.report('introspects', `\`${resource}\` is no resource of \`${opened.path}\``)
  const { profile } = config.security
  if (client && profile !== undefined)
    for (const { member, message, rule } of findClientProblems(profile, client))
      place.report(member, `${message} (rule \`${rule.id}\`, ${rule.source})`)
  if (!client || problems.length > 0) throw new ConfigError(problems, 'the client')
  return client
}

function printAdded(
  input: CommandInput,
  io: CliIo,
  {
    members,
    secret,
  }: { readonly members: Readonly<Record<string, unknown>>; readonly secret: GivenSecret | undefined },
): void {
  const made = secret?.isMade ? secret.text : undefined
  if (input.flag('json')) return printJson(io, { ...members, ...(made !== undefined && { secret: made }) })
  io.out(`client ${input.argument(0)} is registered\n`)
  if (made !== undefined) io.out(`secret: ${made}\nIt is shown this once; only its hash is kept.\n`)
  return undefined
}

function readJwks(path: string): unknown {
  if (!existsSync(path))
    throw new ConfigError([{ path: 'jwks', message: `there is no file \`${path}\`` }], 'the client')
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return value
  } catch (error) {
    throw new ConfigError([{ path: 'jwks', message: `\`${path}\` is no JSON` }], 'the client', { cause: error })
  }
}

/** `--metadata dpop_bound_access_tokens=true`. @spec RFC 7591 §2 */
function readMetadata(pairs: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  const values = readNamedValues(pairs)
  if (typeof values === 'string') throw new ConfigError([{ path: '--metadata', message: values }], 'the client')
  return pairs.length > 0 ? values : undefined
}

function given(list: readonly string[]): readonly string[] | undefined {
  return list.length > 0 ? list : undefined
}

function words(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : text.split(' ').filter(each => each !== '')
}
