// RFC 7516, OpenID Connect Core §10.2
import type { ServerContext } from './context.ts'
import type { SignedFor } from './feature.ts'
import type { ClientRecord } from './ports/records.ts'

/** Encrypts a JWT that we signed, where its client wants that and a feature can. @spec OpenID Connect Core §10.2 */
export async function protectJwt(
  context: ServerContext,
  protect: { readonly client: ClientRecord; readonly use: SignedFor; readonly jws: string },
): Promise<string> {
  let jws = protect.jws
  for (const by of context.mounted.protectJwt) jws = await by(context, { ...protect, jws })
  return jws
}
