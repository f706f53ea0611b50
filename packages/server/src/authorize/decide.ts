// RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.3, §3.1.2.4
import { type AuthorizationDetail, type EpochSeconds, type ErrorCodeAt, type Refusal, refuse } from '@ambit/protocol'
import { type Catalogue, limitTo, type ScopeDecision, type ScopeSet } from '@ambit/scope'
import type { GrantRecord, SessionRecord } from '../ports/records.ts'
import type { InteractionRecord } from '../ports/waiting-records.ts'
import { type AcrDemand, meetsDemand } from './acr.ts'
import { isImpersonable, preGrantedScope, rememberedScope } from './consent.ts'
import type { AuthorizationRequest } from './request.ts'

/** Everything that the decision depends on. */
export type AuthorizationFacts = {
  readonly catalogue: Catalogue
  readonly now: EpochSeconds
  readonly request: AuthorizationRequest
  /** The login of this browser, if there is one. */
  readonly login?: AuthorizationLogin
  /** What the user did since the request came. */
  readonly interaction?: Pick<InteractionRecord, 'loggedInAt' | 'selectedAt' | 'consented' | 'consentedDetails'>
}

/** Who is logged in, and what that means for this client. */
export type AuthorizationLogin = {
  readonly session: Pick<SessionRecord, 'authTime' | 'acr'>
  /** The user as the client knows them. */
  readonly subject: string
  readonly grant?: GrantRecord
  /** The request's scope as far as this user, this login and the operator's hook let it go. */
  readonly offered: ScopeDecision
  /** The strongest level that this user can reach. */
  readonly strongestAcr: string
  /** What this user's logins must reach beside what the request demands. */
  readonly acrDemands: readonly AcrDemand[]
  /** Whether a stronger login would open more of the request's scope. */
  readonly opensMore: boolean
}

/** What happens next with an authorization request. */
export type AuthorizationDecision =
  | { readonly kind: 'login'; readonly isRepeated: boolean }
  | { readonly kind: 'select_account' }
  | { readonly kind: 'login_code' }
  | {
      readonly kind: 'consent'
      readonly ask: ScopeSet
      readonly granted: ScopeSet
      readonly details: readonly AuthorizationDetail[]
    }
  | { readonly kind: 'refuse'; readonly refusal: Refusal<ErrorCodeAt<'authorization'>>; readonly scope?: ScopeDecision }
  | {
      readonly kind: 'proceed'
      readonly decision: ScopeDecision
      readonly details: readonly AuthorizationDetail[]
    }

/**
 * Decides what happens next: the user must log in, choose an account or answer what is asked, or the client gets an
 * error or what it asked for. It depends on nothing but its argument, and is taken again after each step of the user.
 * @spec OpenID Connect Core §3.1.2.3, §3.1.2.4, §3.1.2.6
 */
export function decideAuthorization(facts: AuthorizationFacts): AuthorizationDecision {
  const { request, login } = facts
  const isSilent = request.prompt.has('none')
  const loginNeed = findLoginNeed(facts)
  if (loginNeed !== undefined && isSilent) return refusal('login_required', 'the user must log in')
  if (loginNeed !== undefined || login === undefined) return { kind: 'login', isRepeated: loginNeed === 'again' }
  if (!isWantedUser(request, login.subject))
    return refusal('login_required', 'the user who logged in is not the one that the request is about')
  if (mustSelect(facts)) return { kind: 'select_account' }
  return decideLevel(request, login) ?? decideConsent(facts, login)
}

function findLoginNeed({ request, login, interaction, now }: AuthorizationFacts): 'first' | 'again' | undefined {
  if (login === undefined) return 'first'
  const { authTime } = login.session
  const isFresh = interaction?.loggedInAt !== undefined && authTime >= interaction.loggedInAt
  if (isFresh) return undefined
  const { maxAge } = request
  const isTooOld = maxAge !== undefined && (maxAge === 0 || now - authTime > maxAge)
  const isOther = !isWantedUser(request, login.subject)
  return request.prompt.has('login') || isTooOld || isOther ? 'again' : undefined
}

/** @spec OpenID Connect Core §3.1.2.1 (`id_token_hint`), §5.5.1 (`sub`) */
function isWantedUser({ hintedSubject, claimsRequest }: AuthorizationRequest, subject: string): boolean {
  const wanted = [claimsRequest.idToken.get('sub'), claimsRequest.userinfo.get('sub')].flatMap(
    each => each?.values ?? [],
  )
  if (hintedSubject !== undefined && hintedSubject !== subject) return false
  return wanted.length === 0 || wanted.includes(subject)
}

/**
 * Whether the login must be made stronger. For scope alone nobody is bothered who may not be asked: then it is left out.
 * @spec RFC 9470 §5, OpenID Connect Core §3.1.2.1
 */
function decideLevel(request: AuthorizationRequest, login: AuthorizationLogin): AuthorizationDecision | undefined {
  const isSilent = request.prompt.has('none')
  const unmet = [...request.acrDemands, ...login.acrDemands].filter(each => !meetsDemand(login.session.acr, each))
  if (unmet.some(demand => !meetsDemand(login.strongestAcr, demand)))
    return refusal('unmet_authentication_requirements', 'the user cannot log in at the level that is asked for')
  if (unmet.length > 0 && isSilent) return refusal('login_required', 'the user must log in at a higher level')
  return unmet.length > 0 || (login.opensMore && !isSilent) ? { kind: 'login_code' } : undefined
}

function mustSelect({ request, interaction }: AuthorizationFacts): boolean {
  const isDone = interaction?.selectedAt !== undefined || interaction?.loggedInAt !== undefined
  return request.prompt.has('select_account') && !isDone
}

function decideConsent(facts: AuthorizationFacts, login: AuthorizationLogin): AuthorizationDecision {
  const { catalogue, request, interaction, now } = facts
  const { offered } = login
  if (offered.scope.size === 0 && request.details.length === 0)
    return { ...refusal('access_denied', 'the user may not pass on any scope of the request'), scope: offered }
  const given = preGrantedScope(catalogue, offered.scope)
  const isAskedAgain = request.prompt.has('consent')
  const remembered = rememberedScope(catalogue, isAskedAgain ? undefined : login.grant, now)
  const held = catalogue.union(given, remembered)
  if (interaction?.consented !== undefined)
    return limitToConsent(catalogue, offered, {
      held: withConsented(catalogue, held, interaction.consented),
      details: interaction.consentedDetails ?? [],
    })
  const ask = catalogue.missing(held, offered.scope)
  const { details } = request
  const mustShow = ask.size > 0 || details.length > 0 || isAskedAgain || isImpersonable(request)
  if (mustShow && request.prompt.has('none')) return refusal('consent_required', 'the user must be asked')
  if (mustShow) return { kind: 'consent', ask, granted: grantedOf(catalogue, offered.scope, ask), details }
  return limitToConsent(catalogue, offered, { held, details })
}

function withConsented(catalogue: Catalogue, held: ScopeSet, consented: string): ScopeSet {
  const answered = catalogue.parse(consented)
  return answered.ok ? catalogue.union(held, answered.value.scope) : held
}

function limitToConsent(
  catalogue: Catalogue,
  offered: ScopeDecision,
  { held, details }: { readonly held: ScopeSet; readonly details: readonly AuthorizationDetail[] },
): AuthorizationDecision {
  const decision = limitTo(catalogue, offered, { at: 'consent', held, reason: 'user_refused' })
  if (decision.scope.size === 0 && details.length === 0)
    return { ...refusal('access_denied', 'the user refused everything that the request asks for'), scope: decision }
  return { kind: 'proceed', decision, details }
}

function grantedOf(catalogue: Catalogue, offered: ScopeSet, ask: ScopeSet): ScopeSet {
  return catalogue.read(offered.tokens.filter(token => !ask.has(token))).scope
}

function refusal(
  error: ErrorCodeAt<'authorization'>,
  description: string,
): Extract<AuthorizationDecision, { kind: 'refuse' }> {
  return { kind: 'refuse', refusal: refuse(error, description) }
}
