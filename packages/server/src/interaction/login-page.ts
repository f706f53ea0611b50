// OpenID Connect Core §3.1.2.3

import type { HttpResponse } from '@ambit/protocol'
import { formTargetOf } from '../authorize/respond.ts'
import type { Exchange, ServerContext } from '../context.ts'
import { pageResponse } from '../page-response.ts'
import type { LoginPage, SelectAccountPage } from '../ports/pages.ts'
import { csrfToken, knowBrowser } from '../session/browser.ts'
import type { Login } from '../session/session.ts'
import { clientView } from './client-view.ts'
import type { Interaction } from './interaction.ts'
import { forgetAttempt, type LoginAttempt, type LoginProblem } from './login-attempt.ts'

/** What the login page is for: an authorization request or only the home page, and who is logged in already. */
export type LoginState = {
  readonly interaction: Interaction | undefined
  readonly login: Login | undefined
  readonly kind: 'login' | 'select_account'
  readonly isRepeated: boolean
}

/** What the form of a login page is bound to, see `csrfToken`. */
export function loginPurpose({ interaction }: LoginState): string {
  return `login\n${interaction?.id ?? ''}`
}

/** What the choice of an account is bound to: also to the login that was shown, since nobody else was chosen. */
export function selectPurpose({ interaction, login }: LoginState): string {
  return `select\n${interaction?.id ?? ''}\n${login?.session.sessionId ?? ''}`
}

/** A login page with what the user did there before. */
type ShownLogin = LoginState & Partial<LoginAttempt<LoginProblem>> & { readonly isOther?: boolean }

const statusOf = { wrong_credentials: 403, expired_form: 403, throttled: 429 } as const

/** The login page, or the choice between going on and logging in as another. */
export function loginPage(context: ServerContext, exchange: Exchange, shown: ShownLogin): HttpResponse {
  const { interaction, problem, retryAfter } = shown
  const browser = knowBrowser(context, exchange)
  const cookies = [...(browser.cookie ? [browser.cookie] : []), ...(problem ? [forgetAttempt(context)] : [])]
  const csrfFor = (purpose: string) => csrfToken(context, browser, purpose)
  const uiLocales = interaction?.parameters.get('ui_locales')
  return pageResponse(context, exchange, {
    page: selectPage(csrfFor(selectPurpose(shown)), shown) ?? passwordPage(csrfFor(loginPurpose(shown)), shown),
    status: problem === undefined ? 200 : statusOf[problem],
    ...(interaction && formTargetOf(interaction.from)),
    ...(uiLocales !== undefined && { uiLocales }),
    headers: {
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
  })
}

function passwordPage(csrf: string, shown: ShownLogin): LoginPage {
  const { interaction, login, problem, retryAfter, isRepeated } = shown
  const known = isRepeated ? login?.user.username : undefined
  const username = shown.username ?? interaction?.parameters.get('login_hint') ?? known
  return {
    page: 'login',
    csrf,
    ...(interaction && { interaction: interaction.id, client: clientView(interaction.from) }),
    isRepeated,
    ...(username !== undefined && { username }),
    ...(problem !== undefined && { problem }),
    ...(retryAfter !== undefined && { retryAfter }),
  }
}

function selectPage(csrf: string, shown: ShownLogin): SelectAccountPage | undefined {
  const { interaction, login, kind, isOther, problem } = shown
  const isChoice = kind === 'select_account' && isOther !== true && problem === undefined
  if (!isChoice || interaction === undefined || login === undefined) return undefined
  const client = clientView(interaction.from)
  return { page: 'select_account', csrf, interaction: interaction.id, client, username: login.user.username }
}
