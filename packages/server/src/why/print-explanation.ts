import type { ScopeReason, ScopeRefusal, ScopeStep } from '@ambit/scope'
import type { TokenState } from '../issue/standing.ts'
import type { Explanation, TokenExplanation } from './explain.ts'

const reasons: Readonly<Record<ScopeReason, string>> = {
  malformed: 'it is no scope-token',
  unknown: 'the catalogue does not know it',
  above_ceiling: 'this client may never have it',
  not_for_grant_type: 'this grant type may not carry it',
  other_resource: 'it belongs to another resource',
  user_lacks_permission: 'the user may not pass it on',
  user_refused: 'the user did not allow it, or took it back',
  needs_stronger_authentication: 'it needs a stronger login',
  not_in_grant: 'the original grant does not hold it',
  refused_by_hook: 'the operator’s hook refused it',
}

const states: Readonly<Record<TokenState, string>> = {
  active: 'good',
  expired: 'expired',
  revoked: 'revoked',
  spent: 'spent: it was exchanged for tokens already',
  family_revoked: 'revoked with its whole authorization',
  family_ended: 'dead, since its authorization has ended',
  permission_lost: 'dead, since its user may no longer pass on scope that it carries',
  scope_taken_back: 'dead, since the user took back scope that it carries',
}

const names: Readonly<Record<TokenExplanation['of'], string>> = {
  access_token: 'access token',
  refresh_token: 'refresh token',
  code: 'authorization code',
}

/** Says in plain words how a token came to its scope, or why a request was refused; lines of text. */
export function printExplanation(explanation: Explanation): string {
  switch (explanation.kind) {
    case 'token':
      return printToken(explanation).join('\n')
    case 'request':
      return [`request ${explanation.requestId}`, ...explanation.tokens.flatMap(printToken)].join('\n')
    case 'refusal':
      return printRefusal(explanation.refusal).join('\n')
  }
}

function printToken(token: TokenExplanation): readonly string[] {
  const user = token.userId === undefined ? 'for the client itself' : `for user ${token.userId}`
  return [
    `${names[token.of]} of client ${token.clientId}, ${user}`,
    `  request    ${token.requestId}`,
    `  for        ${token.resources.join(', ')}`,
    `  issued     ${timeOf(token.issuedAt)}, good until ${timeOf(token.expiresAt)}`,
    `  requested  ${token.requested || 'nothing'}`,
    ...token.steps.flatMap(printStep),
    `  effective  ${token.effective}`,
    `  now        ${states[token.state]}`,
    ...(token.takenBack === '' ? [] : [`  taken back ${token.takenBack}`]),
  ]
}

function printRefusal(refusal: Extract<Explanation, { kind: 'refusal' }>['refusal']): readonly string[] {
  return [
    `request ${refusal.requestId} was refused at the ${refusal.place} endpoint`,
    `  when       ${timeOf(refusal.at)}`,
    ...(refusal.clientId === undefined ? [] : [`  client     ${refusal.clientId}`]),
    ...(refusal.userId === undefined ? [] : [`  user       ${refusal.userId}`]),
    ...(refusal.requested === undefined ? [] : [`  requested  ${refusal.requested}`]),
    ...refusal.steps.flatMap(printStep),
    `  error      ${refusal.error}: ${refusal.description}`,
    ...(refusal.reason === refusal.description ? [] : [`  because    ${refusal.reason}`]),
  ]
}

function printStep({ at, refused, left }: ScopeStep): readonly string[] {
  return [...refused.map(refusal => `  - ${sentenceOf(refusal)} (${at})`), `  left       ${left || 'nothing'}`]
}

function sentenceOf({ token, reason, because }: ScopeRefusal): string {
  const cause = because === undefined ? '' : `, because of ${because.join(', ')}`
  return `${token}: ${reasons[reason]}${cause}`
}

function timeOf(at: number): string {
  return new Date(at * 1000).toISOString()
}
