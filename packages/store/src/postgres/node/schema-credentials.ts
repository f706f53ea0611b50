import type { Dialect } from './schema.ts'

/** Codes, refresh tokens, access tokens, the families they belong to, and the statuses of tokens. */
export function credentialTables({ text }: Dialect): readonly string[] {
  return [
    `CREATE TABLE family (
      family_id ${text} PRIMARY KEY, client_id ${text} NOT NULL, user_id ${text} NOT NULL, session_id ${text},
      is_begun boolean NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL, revoked_at bigint
    )`,
  ]
}
