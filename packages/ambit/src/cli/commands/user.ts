import { argon2Passwords, type UserRecord } from '@ambit/server'
import { type CliIo, exitCodes, fail, printJson, type Run } from '../command.ts'
import { withStore, withStoreToRead } from '../open.ts'
import { readPassword } from '../secret-input.ts'
import { printTable, printTime } from '../table.ts'
import { endEverything } from './end-everything.ts'

/** Lists the users of the store. */
export const listUsers: Run = (input, io) =>
  withStoreToRead(input, io, async ({ store }) => {
    const users = (await store.listUsers()).toSorted((a, b) => (a.username < b.username ? -1 : 1))
    if (input.flag('json')) printJson(io, users.map(publicMembers))
    else printTable(io, ['user', 'id', 'name', 'email', 'scope', 'roles', 'from', 'since'], users.map(rowOf))
    return exitCodes.done
  })

/** Gives a user another password, and ends their sessions and what was issued for them. */
export const changePassword: Run = (input, io) =>
  withStore(input, io, async opened => {
    const { store, clock, crypto, path } = opened
    const user = await store.findUserByName(input.argument(0))
    if (!user) return missing(io, input.argument(0))
    if (user.isDeclared) return declared(io, user.username, path)
    const password = await readPassword(input, io, crypto.random)
    if (!password) return noPassword(io)
    const problem = passwordProblem(password.text)
    if (problem !== undefined) return fail(io, problem, exitCodes.usage)
    const passwordHash = await argon2Passwords().hash(password.text)
    await store.saveUser({ ...user, passwordHash, passwordChangedAt: clock.now() })
    await endEverything(opened, user)
    const made = password.isMade ? { password: password.text } : {}
    if (input.flag('json')) printJson(io, { username: user.username, ...made })
    else io.out(`user ${user.username} has another password; their sessions and what was issued for them have ended\n`)
    if (!input.flag('json') && made.password !== undefined)
      io.out(`password: ${made.password}\nIt is shown this once; only its hash is kept.\n`)
    return exitCodes.done
  })

/** Removes a user, their sessions, and everything that was issued for them. */
export const removeUser: Run = (input, io) =>
  withStore(input, io, async opened => {
    const { store, clock, path } = opened
    const user = await store.findUserByName(input.argument(0))
    if (!user) return missing(io, input.argument(0))
    if (user.isDeclared) return declared(io, user.username, path)
    await endEverything(opened, user)
    await store.deleteUser(user.userId, clock.now())
    io.out(`user ${user.username} is removed, with sessions and everything that was issued for them\n`)
    return exitCodes.done
  })

/** Says how a password can be given. */
export function noPassword(io: CliIo): number {
  const sentence = io.askSecret
    ? 'the two passwords differ; try again'
    : 'nobody is there to ask for a password; give it with --password-stdin, or let one be made with --generate'
  return fail(io, sentence, exitCodes.usage)
}

/** What is wrong with a password. @spec NIST SP 800-63B §5.1.1.2 */
export function passwordProblem(password: string): string | undefined {
  if (password.length < 8) return 'a password of at least 8 characters is wanted'
  return Buffer.byteLength(password) > 1024 ? 'a password of at most 1,024 bytes is wanted' : undefined
}

/** Says that a user is not there. */
export function missing(io: CliIo, username: string): number {
  return fail(io, `there is no user \`${username}\`; \`ambit user list\` shows which there are`, exitCodes.missing)
}

/** Says where a declared user is changed. */
export function declared(io: CliIo, username: string, path: string): number {
  return fail(io, `user \`${username}\` is declared in \`${path}\`; change them there and start the server again`)
}

function publicMembers({
  passwordHash: _passwordHash,
  oneTimeCode,
  ...members
}: UserRecord): Readonly<Record<string, unknown>> {
  if (oneTimeCode === undefined) return members
  const { sealedSecret: _sealedSecret, ...shown } = oneTimeCode
  return { ...members, oneTimeCode: shown }
}

function rowOf({ username, userId, claims, scope, roles, isDeclared, createdAt }: UserRecord): readonly string[] {
  const [name = '', email = ''] = [claims['name'], claims['email']].map(each => (typeof each === 'string' ? each : ''))
  const from = isDeclared ? 'file' : 'store'
  return [username, userId, name, email, scope ?? '(all)', roles?.join(' ') ?? '', from, printTime(createdAt)]
}
