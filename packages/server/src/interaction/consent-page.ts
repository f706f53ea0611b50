// OpenID Connect Core §3.1.2.4
import type { AuthorizationDetail } from '@ambit/protocol'
import type { Catalogue, ScopeSet } from '@ambit/scope'
import { isMandatory } from '../authorize/consent.ts'
import type { ServerContext } from '../context.ts'
import type { ConsentPage } from '../ports/pages.ts'
import type { UserRecord } from '../ports/records.ts'
import { clientView } from './client-view.ts'
import type { Interaction } from './interaction.ts'
import { scopeView } from './scope-view.ts'

/** What the consent page is made from. */
export type ConsentQuestion = {
  readonly interaction: Interaction
  readonly user: UserRecord
  readonly ask: ScopeSet
  readonly granted: ScopeSet
  /** @spec RFC 9396 §9 */
  readonly details: readonly AuthorizationDetail[]
  readonly csrf: string
}

/** The consent page: what is asked, grouped by the API that it opens, and what is allowed already. */
export function consentPage(context: ServerContext, question: ConsentQuestion): ConsentPage {
  const { interaction, user, ask, granted, details, csrf } = question
  const { client } = interaction.from
  const { catalogue, ttl, mounted } = context
  const isOffline = ask.has('offline_access') || granted.has('offline_access')
  const view = (token: string) =>
    scopeView(catalogue, token, { isMandatory: isMandatory(catalogue, client, token), isTicked: true })
  return {
    page: 'consent',
    csrf,
    interaction: interaction.id,
    client: clientView(interaction.from),
    username: user.username,
    groups: groupByResource(catalogue, ask).map(({ resource, tokens }) => ({
      ...(resource !== undefined && { resource, resourceName: nameOf(context, resource) }),
      scopes: tokens.map(view),
    })),
    alreadyGranted: granted.tokens.map(view),
    ...(details.length > 0 && {
      details: details.flatMap((detail, index) => mounted.details?.view(context, detail, index) ?? []),
    }),
    ...(isOffline && { offlineTtl: ttl.refreshAbsolute }),
    accessTokenTtl: client.accessTokenTtl ?? ttl.accessToken,
  }
}

type Group = { readonly resource: string | undefined; readonly tokens: readonly string[] }

function groupByResource(catalogue: Catalogue, scope: ScopeSet): readonly Group[] {
  const groups = new Map<string | undefined, string[]>()
  for (const token of scope.tokens) {
    const resource = catalogue.definition(token)?.resource
    groups.set(resource, [...(groups.get(resource) ?? []), token])
  }
  return [...groups].map(([resource, tokens]) => ({ resource, tokens }))
}

function nameOf({ resources }: ServerContext, resource: string): string {
  return resources.find(each => each.resource === resource)?.name ?? resource
}
