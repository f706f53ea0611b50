// Grant Management for OAuth 2.0 §5.1, §5.2, §5.4
import { isRefusal, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import { isStanding } from '../../authorize/consent.ts'
import type { RequestRule, TellAllowed, UserRule } from '../../feature.ts'
import { endLostTokens } from '../../issue/end-lost-tokens.ts'
import { findGrantOf } from './grant-id.ts'
import { mayManage } from './may-manage.ts'

/** What a request can want to become of a grant. @spec Grant Management for OAuth 2.0 §5.2 */
export const requestActions = ['create', 'merge', 'replace'] as const

type Action =
  | { readonly kind: 'none' }
  | { readonly kind: 'create' }
  | { readonly kind: 'merge' | 'replace'; readonly grantId: string }

/**
 * Reads what a request wants to become of a grant.
 * @spec Grant Management for OAuth 2.0 §5.1, §5.2, §5.4
 * @errors invalid_request: an action that is unknown, lacks its grant or has one too many
 */
function readAction(parameters: Parameters): Action | Refusal<'invalid_request'> {
  const action = parameters.get('grant_management_action')
  const grantId = parameters.get('grant_id')
  if (action === undefined && grantId === undefined) return { kind: 'none' }
  const kind = requestActions.find(each => each === action)
  if (action === undefined) return refuse('invalid_request', '`grant_id` needs a `grant_management_action`')
  if (kind === undefined)
    return refuse('invalid_request', `\`grant_management_action\` must be one of ${requestActions.join(', ')}`)
  if (kind === 'create' && grantId !== undefined)
    return refuse('invalid_request', '`grant_id` is not sent with `grant_management_action=create`')
  if (kind === 'create') return { kind }
  if (grantId === undefined)
    return refuse('invalid_request', `\`grant_management_action=${kind}\` needs a \`grant_id\``)
  return { kind, grantId }
}

const unknown = refuse('invalid_grant_id', 'there is no such grant of this client')

/** Judges what a request wants, before anybody is asked. @spec Grant Management for OAuth 2.0 §5.4, §7.1 */
export function actionRule(isRequired: boolean): RequestRule {
  return async (context, { client, parameters }) => {
    const action = readAction(parameters)
    if (isRefusal(action)) return action
    if (action.kind === 'none' && isRequired)
      return refuse('invalid_request', '`grant_management_action` is missing: this server requires it')
    if (action.kind !== 'none' && !mayManage(context, client))
      return refuse(
        'invalid_request',
        'this client cannot manage grants: it cannot prove who it is, or is not registered for a scope for it',
      )
    if (!('grantId' in action)) return undefined
    return (await findGrantOf(context, client.clientId, action.grantId)) ? undefined : unknown
  }
}

/**
 * Judges it again when the user is known. A user has one grant to a client, so a second cannot be created beside it.
 * @spec Grant Management for OAuth 2.0 §5.2, §5.4
 * @errors invalid_grant_id: another user's, or gone meanwhile; invalid_request: the user has granted something already
 */
export const userRule: UserRule = async (context, { request, login, grant, isAnswered }) => {
  const { client, parameters } = request
  const action = readAction(parameters)
  if (isRefusal(action)) return action
  if (action.kind === 'create' && !isAnswered && isStanding(grant, context.clock.now()))
    return refuse('invalid_request', 'this user has a grant to this client already; merge it, or replace it')
  if (!('grantId' in action)) return undefined
  const found = await findGrantOf(context, client.clientId, action.grantId)
  if (found?.grant.userId === login.user.userId) return undefined
  // the user's own refusal of everything they had granted ends the grant that was to be changed
  return isAnswered && found === undefined ? undefined : unknown
}

/**
 * Makes the grant what the action says. What was issued before ends, since it stands for what the grant was.
 * @spec Grant Management for OAuth 2.0 §5.2
 */
export const changeGrant: TellAllowed = async (context, { request, login, grant, decision }) => {
  const { client, parameters } = request
  const action = readAction(parameters)
  if (isRefusal(action) || !('grantId' in action)) return
  const { store, clock } = context
  const { userId } = login.user
  const { clientId } = client
  const left = (grant?.scopes ?? []).map(({ token }) => token).filter(token => !decision.scope.has(token))
  if (action.kind === 'replace' && left.length > 0) await store.removeFromGrant(userId, clientId, left, clock.now())
  // a grant goes with its last scope, and details alone need it too
  if (grant && decision.scope.size === 0) await store.addToGrant({ ...grant, scopes: [], updatedAt: clock.now() })
  await store.revokeFamilies({ userId, clientId }, clock.now())
  await endLostTokens(context, { userId, clientId })
}
