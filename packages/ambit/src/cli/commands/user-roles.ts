import { endLostTokens, type UserRecord } from '@ambit/server'
import { roleProblem } from '../../config/check-roles.ts'
import { type CliIo, type CommandInput, exitCodes, fail, printJson, type Run } from '../command.ts'
import { withStore, withStoreToRead } from '../open.ts'
import { declared, missing } from './user.ts'

/** Shows the roles of a user, after giving some and taking some away; a running server asks for them with each decision. */
export const changeRoles: Run = (input, io) => {
  const [added, removed] = [input.list('add'), input.list('remove')]
  const open = added.length + removed.length === 0 ? withStoreToRead : withStore
  return open(input, io, async ({ store, config, clock, path }) => {
    const user = await store.findUserByName(input.argument(0))
    if (!user) return missing(io, input.argument(0))
    if (added.length + removed.length === 0) return print(input, io, user)
    if (user.isDeclared) return declared(io, user.username, path)
    const problems = added.flatMap(role => roleProblem(role, config.roles) ?? [])
    if (problems.length > 0) return fail(io, problems.join('; '), exitCodes.usage)
    const roles = [...new Set([...(user.roles ?? []), ...added])].filter(role => !removed.includes(role))
    const changed = { ...user, roles }
    await store.saveUser(changed)
    if (removed.length > 0) await endLostTokens({ ...config, store, clock }, { userId: user.userId })
    return print(input, io, changed)
  })
}

function print(input: CommandInput, io: CliIo, { username, roles = [] }: UserRecord): number {
  if (input.flag('json')) printJson(io, { username, roles })
  else io.out(roles.length === 0 ? `user ${username} has no role\n` : `user ${username}: ${roles.join(' ')}\n`)
  return exitCodes.done
}
