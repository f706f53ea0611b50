// RFC 9068 §5, RFC 9700 §4.15
import type { Expression, PolicyModel, TokenView } from '@ambit/policy'
import type { Access } from './access.ts'

const views = new WeakMap<Access, TokenView>()

/**
 * A token as policies read it: its claims, of which `authorization_details` are those for this resource, `iss` is who vouches for them, `principal` is `access.principal`, and
 * `sub` is there for a user only. So no client gets what belongs to a user whose name it bears.
 */
export function tokenViewOf(access: Access): TokenView {
  const known = views.get(access)
  if (known !== undefined) return known
  const { sub, authorization_details: _, ...others } = access.claims
  const isUser = access.subject !== undefined
  const claims = {
    ...others,
    ...(isUser && { sub }),
    iss: access.issuer,
    principal: access.principal,
    authorization_details: access.authorizationDetails,
  }
  const view = { scope: access.scope, claims }
  views.set(access, view)
  return view
}

/** The first action of which a rule reads `token.sub`: with several issuers that names nobody. */
export function actionThatReadsSubject({ actions }: PolicyModel): string | undefined {
  for (const { name, rules } of actions.values())
    if (rules.some(rule => readsSubject(rule.kind === 'stepUp' ? rule.unless : rule.condition))) return name
  return undefined
}

function readsSubject(tree: Expression | object): boolean {
  if ('source' in tree && 'path' in tree && Array.isArray(tree.path))
    return tree.source === 'token' && tree.path[0] === 'sub'
  const parts: readonly unknown[] = Object.values(tree)
  return parts.some(part => typeof part === 'object' && part !== null && readsSubject(part))
}
