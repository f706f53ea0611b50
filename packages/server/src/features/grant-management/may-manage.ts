// Grant Management for OAuth 2.0 §6.1
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { heldScope } from '../../scope/held-scope.ts'

/** The scope of a client's token for each method of the grant management endpoint. @spec Grant Management for OAuth 2.0 §6.1 */
export const managementScopes = { GET: 'grant_management_query', DELETE: 'grant_management_revoke' } as const

/** Whether a client manages grants at all: it can prove who it is, and its ceiling holds one of the scopes for it. */
export function mayManage(
  { catalogue }: Pick<ServerContext, 'catalogue'>,
  client: Pick<ClientRecord, 'authenticationMethod' | 'scope'>,
): boolean {
  const ceiling = catalogue.parse(client.scope)
  const holds = (scope: string) => ceiling.ok && catalogue.covers(ceiling.value.scope, heldScope(catalogue, scope))
  return client.authenticationMethod !== 'none' && Object.values(managementScopes).some(holds)
}
