import { argon2Passwords, foldUsername } from '@ambit/server'
import { roleProblem } from '../../config/check-roles.ts'
import { parseUserId } from '../../config/ids.ts'
import { type CliIo, type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { readNamedValues } from '../named-values.ts'
import { type Opened, withStore } from '../open.ts'
import { readPassword } from '../secret-input.ts'
import { noPassword, passwordProblem } from './user.ts'

/** Adds a user. */
export const addUser: Run = (input, io) =>
  withStore(input, io, async opened => {
    const { store, clock, crypto } = opened
    const username = input.argument(0).normalize('NFKC').trim()
    if (foldUsername(username) === '') return fail(io, 'a username that is not empty is wanted', exitCodes.usage)
    const claims = readClaims(input)
    if (typeof claims === 'string') return fail(io, claims, exitCodes.usage)
    const scope = readScope(input, opened)
    if (scope.problem !== undefined) return fail(io, scope.problem, exitCodes.usage)
    const roles = input.list('role')
    const roleProblems = roles.flatMap(role => roleProblem(role, opened.config.roles) ?? [])
    if (roleProblems.length > 0) return fail(io, roleProblems.join('; '), exitCodes.usage)
    const password = await readPassword(input, io, crypto.random)
    if (!password) return noPassword(io)
    const problem = passwordProblem(password.text)
    if (problem !== undefined) return fail(io, problem, exitCodes.usage)
    const userId = parseUserId(crypto.random(16))
    const isAdded = await store.saveUser({
      userId,
      username,
      passwordHash: await argon2Passwords().hash(password.text),
      claims,
      ...(scope.text !== undefined && { scope: scope.text }),
      ...(roles.length > 0 && { roles: [...new Set(roles)] }),
      passwordChangedAt: clock.now(),
      createdAt: clock.now(),
    })
    if (!isAdded) return fail(io, `there is a user \`${username}\` already; \`ambit user list\` shows which there are`)
    printAdded(input, io, { userId, username, ...(password.isMade && { password: password.text }) })
    return exitCodes.done
  })

function printAdded(
  input: CommandInput,
  io: CliIo,
  added: { readonly userId: string; readonly username: string; readonly password?: string },
): void {
  if (input.flag('json')) return printJson(io, added)
  io.out(`user ${added.username} is added\n`)
  if (added.password !== undefined)
    io.out(`password: ${added.password}\nIt is shown this once; only its hash is kept.\n`)
  return undefined
}

function readScope(input: CommandInput, { config }: Opened): { readonly text?: string; readonly problem?: string } {
  const text = input.text('scope')
  if (text === undefined) return {}
  const parsed = config.catalogue.parse(text)
  if (!parsed.ok) return { problem: parsed.error.message }
  const { unknown } = parsed.value
  return unknown.length > 0 ? { problem: `unknown scope ${unknown.map(each => `\`${each}\``).join(', ')}` } : { text }
}

/** The claims, or what is wrong with them. */
function readClaims(input: CommandInput): Readonly<Record<string, unknown>> | string {
  const claims: Record<string, unknown> = {}
  const [name, email] = [input.text('name'), input.text('email')]
  if (name !== undefined) claims['name'] = name
  if (email !== undefined) claims['email'] = email
  const others = readNamedValues(input.list('claim'))
  return typeof others === 'string' ? others : { ...claims, ...others }
}
