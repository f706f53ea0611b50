import { endSessionsOf, type UserRecord } from '@ambit/server'
import type { Opened } from '../open.ts'
import { contextFor } from './why.ts'

/**
 * Ends the sessions of a user and everything that was issued in their name. Nothing is sent from here: which clients are to be
 * told is stored, and the server that runs tells them.
 */
export async function endEverything(opened: Opened, { userId }: Pick<UserRecord, 'userId'>): Promise<void> {
  const { outbound: _outbound, ...context } = await contextFor(opened)
  await endSessionsOf(context, userId)
}
