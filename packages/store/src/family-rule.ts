import type { AccessTokenRecord } from '@ambit/server'

/**
 * An access token of a user stands in a family: by it the token ends with the user, with their session, and with what they
 * allow a client. Which client that is, the family says; a token that was exchanged stands in the family of the other client.
 */
export function requireFamily({ userId, familyId }: AccessTokenRecord): void {
  if (userId !== undefined && familyId === undefined)
    throw new Error('an access token of a user needs a family, by which it can be revoked')
}
