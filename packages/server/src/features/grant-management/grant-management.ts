// Grant Management for OAuth 2.0
import { isStanding } from '../../authorize/consent.ts'
import type { Feature, TellIssued } from '../../feature.ts'
import type { ServerOptions } from '../../options.ts'
import type { OptionsProblem } from '../../options-error.ts'
import { actionRule, changeGrant, requestActions, userRule } from './action.ts'
import { grantEndpoint } from './grant-endpoint.ts'
import { grantIdOf } from './grant-id.ts'
import { managementScopes, mayManage } from './may-manage.ts'

/** How clients manage grants. */
export type GrantManagementOptions = {
  /** Whether each authorization request must say what is to become of the grant. @spec Grant Management for OAuth 2.0 §7.1 */
  readonly required?: boolean
}

/**
 * Tells clients that may manage grants an identifier of what their user granted, by which they look at it, change it and give it back.
 * @spec Grant Management for OAuth 2.0
 * @example
 * createServer({ ...options, features: [grantManagement()] })
 */
export function grantManagement({ required = false }: GrantManagementOptions = {}): Feature {
  return {
    name: 'grantManagement',
    endpoints: [grantEndpoint],
    requestRules: [actionRule(required)],
    userRule,
    allowed: changeGrant,
    issued: tellGrantId,
    metadata: context => ({
      grant_management_endpoint: context.url('/grants'),
      grant_management_actions_supported: ['query', 'revoke', ...requestActions],
      ...(required && { grant_management_action_required: true }),
    }),
    settings: { required },
    findProblems: findScopeProblems,
  }
}

/** @spec Grant Management for OAuth 2.0 §5.1, §5.5 */
const tellGrantId: TellIssued = async (context, { issuance }) => {
  const { client, user, consentOf } = issuance
  if (user === undefined || consentOf !== undefined || !mayManage(context, client)) return undefined
  const grant = await context.store.findGrant(user.userId, client.clientId)
  return isStanding(grant, context.clock.now()) ? { grant_id: await grantIdOf(context, grant) } : undefined
}

function findScopeProblems({ catalogue }: ServerOptions): readonly OptionsProblem[] {
  const missing = Object.values(managementScopes).filter(scope => catalogue.definition(scope) === undefined)
  if (missing.length === 0) return []
  return [{ path: 'features.grantManagement', message: `the catalogue must declare ${missing.join(' and ')}` }]
}
