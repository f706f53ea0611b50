// RFC 7662 §2
import type { FoundAccessToken, SecretRef, Store } from '@ambit/server'
import { type CredentialRow, parseAccessToken } from '../../credential-row.ts'
import { type FamilyColumns, familyColumns, parseFamily } from '../../family-row.ts'
import { parseGrantData } from '../../grant-data.ts'
import { refColumns } from './credential-columns.ts'
import type { Database } from './database.ts'
import type { Row, Statement } from './statement.ts'

type FoundRow = Omit<CredentialRow, 'kind'> & FamilyColumns & { readonly grant_data: string | null }

/**
 * Finds access tokens: one seek for the token, and one each for its family and the user's grant, or for its client's registration.
 * The grant is the one to the family's client, which is the token's own or the one whose consent an exchanged token stands on.
 */
export function accessTokenReader(db: Database): Store['findAccessToken'] {
  return db.read(findAccessTokenStatement)
}

/** The registrations of a grant's client and user as they are now: a grant that names others was given to, or by, a predecessor. */
const partiesNow = `coalesce((SELECT o.registration FROM client AS o WHERE o.client_id = g.client_id), '') || ' ' ||
      coalesce((SELECT u.registration FROM account AS u WHERE u.user_id = g.user_id), '')`

const findAccessTokenStatement: Statement<SecretRef, FoundAccessToken | undefined> = {
  name: 'find_access_token',
  input: refColumns.input,
  sql: input => `
    SELECT i.n, a.client_id, a.user_id, a.family_id, a.request_id, a.expires_at, a.revoked_at, a.data, a.trace,
      ${familyColumns}, g.data AS grant_data
    FROM (${input}) AS i
    JOIN access_token AS a ON a.shard = i.shard AND a.locator = i.locator AND a.hash = i.hash
    LEFT JOIN family AS f ON f.family_id = a.family_id
    LEFT JOIN consent AS g ON g.user_id = a.user_id AND g.client_id = f.client_id AND g.registration = ${partiesNow}
    LEFT JOIN client AS k ON k.client_id = a.client_id AND k.registration = a.registration
    WHERE (a.family_id IS NULL OR f.family_id IS NOT NULL) AND (a.registration IS NULL OR k.client_id IS NOT NULL)
      AND (a.family_id IS NOT NULL OR a.registration IS NOT NULL)`,
  values: refColumns.values,
  parse: ([row], ref) => parseFound(ref, row),
}

function parseFound(ref: SecretRef, row: Row | undefined): FoundAccessToken | undefined {
  if (!row) return undefined
  const columns = row as FoundRow
  const record = parseAccessToken(ref, columns)
  const family = parseFamily(columns)
  if (!family) return { record }
  const { grant_data: data } = columns
  return data === null
    ? { record, family }
    : { record, family, grant: parseGrantData(family.userId, family.clientId, data) }
}
