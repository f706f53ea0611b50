// RFC 9068 §5, RFC 9700 §4.15
import { attributesIn, type PolicyModel, type Rule, type TokenView } from '@ambit/policy'
import type { Access } from './access.ts'

const views = new WeakMap<Access, TokenView>()

/**
 * A token as policies read it: its claims, of which `authorization_details` are those for this resource, `iss` is who
 * vouches for them, `principal` is `access.principal`, and `sub` is there for a user only. So no client gets what belongs to
 * a user whose name it bears.
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

/** A claim that names somebody, and the action that reads it. */
type NameReadAlone = { readonly action: string; readonly claim: string }

/** What names somebody only together with who says so. @spec RFC 9068 §5 */
const names = ['sub', 'client_id']

/** Finds an action whose rules read a name and not the issuer that gave it: with several issuers that names nobody. */
export function findNameReadAlone({ actions }: PolicyModel): NameReadAlone | undefined {
  for (const { name: action, rules } of actions.values()) {
    const read = new Set(rules.flatMap(claimsIn))
    const claim = names.find(name => read.has(name))
    if (claim !== undefined && !read.has('iss')) return { action, claim }
  }
  return undefined
}

function claimsIn(rule: Rule): readonly (string | undefined)[] {
  const attributes = attributesIn(rule.kind === 'stepUp' ? rule.unless : rule.condition)
  return attributes.filter(({ source }) => source === 'token').map(({ path }) => path[0])
}
