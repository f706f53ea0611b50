import { exitCodes, printJson, type Run } from '../command.ts'
import { withStore } from '../open.ts'
import { endEverything } from './end-everything.ts'
import { missing } from './user.ts'

/** Ends the sessions of a user and everything that was issued in their name. */
export const revokeUser: Run = (input, io) =>
  withStore(input, io, async opened => {
    const user = await opened.store.findUserByName(input.argument(0))
    if (!user) return missing(io, input.argument(0))
    await endEverything(opened, user)
    const { username, userId } = user
    if (input.flag('json')) printJson(io, { username, userId, revokedAt: opened.clock.now() })
    else io.out(`the sessions of ${username} and everything that was issued in their name have ended\n`)
    return exitCodes.done
  })
