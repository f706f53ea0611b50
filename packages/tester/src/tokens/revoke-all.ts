// RFC 7009 §2.1, RFC 9700 §2.2
import type { TestClient } from '../target/target.ts'
import { type Revocation, revokeToken } from './revocation.ts'
import type { ServerAccess } from './server-access.ts'
import type { Vault } from './vault.ts'
import type { OwedToken } from './vault-text.ts'

/** What became of all tokens that a run got. */
export type CloseReport = {
  readonly revoked: number
  /** What could not be revoked, for people. */
  readonly left: readonly {
    readonly what: string
    readonly reason: string
    /** Milliseconds since the epoch. */
    readonly expiresAt?: number
  }[]
}

const atOnce = 8

/** Revokes all that is owed, refresh tokens first, until nothing new comes. What failed stays owed. */
export async function revokeAll(vault: Vault, access: ServerAccess): Promise<CloseReport> {
  const tried = new Set<string>()
  const left: CloseReport['left'][number][] = []
  let revoked = 0
  const revokeOne = async (owed: OwedToken): Promise<void> => {
    tried.add(owed.text)
    const token = access.secrets.secret(owed.hint.replace('_', ' '), owed.text)
    if (owed.expiresAt !== undefined && owed.expiresAt <= access.now()) return vault.settle(token)
    const client = access.server.clients.find(({ name }) => name === owed.client)
    const done = await revokeSurely(owed, client, access)
    if (done.kind !== 'failed') vault.settle(token)
    if (done.kind === 'revoked') revoked += 1
    else left.push({ what: `${token.kind} of the client \`${owed.client}\``, ...reportOf(done.reason, owed) })
  }
  for (;;) {
    const open = vault.owed.filter(({ text }) => !tried.has(text))
    const first = open[0]
    if (first === undefined) return { revoked, left }
    // no access token before the last refresh token: it might be renewed meanwhile
    await Promise.all(
      open
        .filter(({ hint }) => hint === first.hint)
        .slice(0, atOnce)
        .map(revokeOne),
    )
  }
}

/** Whatever goes wrong with one token must not save the others. */
async function revokeSurely(
  owed: OwedToken,
  client: TestClient | undefined,
  access: ServerAccess,
): Promise<Revocation> {
  if (client === undefined)
    return { kind: 'failed', reason: `the client \`${owed.client}\` is not configured any more` }
  try {
    return await revokeToken(owed, client, access)
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : 'it could not be sent' }
  }
}

function reportOf(reason: string, { expiresAt }: OwedToken): { readonly reason: string; readonly expiresAt?: number } {
  return { reason, ...(expiresAt !== undefined && { expiresAt }) }
}
