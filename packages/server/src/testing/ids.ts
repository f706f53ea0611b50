import { createHash } from 'node:crypto'
import type { ClientId, FamilyId, SecretHash, SessionId, UserId } from '../ports/ids.ts'

/** A client id for tests. */
export const clientId = (text: string): ClientId => text as ClientId
/** A user id for tests. */
export const userId = (text: string): UserId => text as UserId
/** A family id for tests. */
export const familyId = (text: string): FamilyId => text as FamilyId
/** A session id for tests. */
export const sessionId = (text: string): SessionId => text as SessionId
/** The stored hash of a secret. */
export const hashOf = (text: string): SecretHash => createHash('sha256').update(text).digest('base64url') as SecretHash
