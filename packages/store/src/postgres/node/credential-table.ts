import type { EpochSeconds } from '@ambit/protocol'
import type { SecretRef } from '@ambit/server'
import type { Credentials } from '../../store-parts.ts'
import { accessTokenReader } from './access-token-read.ts'
import { accessTokenSave } from './access-token-save.ts'
import { saveCodeStatement } from './code-save.ts'
import { refColumns } from './credential-columns.ts'
import type { Database } from './database.ts'
import { exchangeIn } from './exchange.ts'
import { requestTokens } from './request-tokens.ts'
import { revokeFamilies } from './revocation.ts'
import { spendableReader } from './spendable-read.ts'
import type { Statement } from './statement.ts'

/** Codes, refresh tokens, access tokens, and the families they belong to. */
export function credentialTable(db: Database): Credentials {
  const save = accessTokenSave(db)
  const revoke = db.write(revokeAccessTokenStatement)
  return {
    saveCode: db.write(saveCodeStatement),
    findSpendable: spendableReader(db),
    exchange: exchangeIn(db),
    saveAccessToken: (accessToken, issued) => save({ ...issued, accessToken }),
    findAccessToken: accessTokenReader(db),
    revokeAccessToken: (ref, at) => revoke({ ref, at }),
    revokeFamilies: (selection, at) => revokeFamilies(db, selection, at),
    findTokensOfRequest: requestTokens(db),
  }
}

/** Revokes an access token and its status; the first time stays. @spec RFC 7009 §2.1 */
const revokeAccessTokenStatement: Statement<{ readonly ref: SecretRef; readonly at: EpochSeconds }, void> = {
  name: 'revoke_access_token',
  input: { ...refColumns.input, at: 'bigint' },
  sql: input => `
    WITH input AS MATERIALIZED (${input}),
    told AS (
      UPDATE token_status AS t SET revoked_at = i.at FROM input AS i
      WHERE t.shard = i.shard AND t.locator = i.locator AND t.hash = i.hash AND t.revoked_at IS NULL
    )
    UPDATE access_token AS a SET revoked_at = i.at FROM input AS i
    WHERE a.shard = i.shard AND a.locator = i.locator AND a.hash = i.hash AND a.revoked_at IS NULL`,
  values: ({ ref, at }) => [...refColumns.values(ref), at],
  keys: ({ ref }) => [`access_token ${ref.locator} ${ref.hash}`],
  parse: () => undefined,
}
