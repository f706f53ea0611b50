import type { RequestId } from '@ambit/server'

/** A request's id for tests. */
export const requestId = makeId('mftm9p1c-AbCdEfGhIjKl')

function makeId(text: string): RequestId {
  return text as RequestId
}
