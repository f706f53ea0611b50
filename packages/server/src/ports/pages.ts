import type { RequestId } from './ids.ts'

/** What every page knows of its request. */
export type PageFrame = {
  readonly requestId: RequestId
  /** For the choice of language. */
  readonly acceptLanguage: string | undefined
  /** The request's `ui_locales`, which goes before the browser's wish. @spec OpenID Connect Core §3.1.2.1 */
  readonly uiLocales?: string
  /** Paths of the pages' forms begin with this (the issuer's path). */
  readonly basePath: string
}

/** Where and with what a form is sent: `csrf` in each form, `interaction` where the login serves an authorization request. */
export type FormFrame = { readonly csrf: string; readonly interaction?: string }

/** The app that asks. */
export type ClientView = {
  readonly clientId: string
  readonly name: string
  readonly uri?: string
  /** Absent: the answer goes to no browser, but to a device or by a back channel. */
  readonly redirectHost?: string
  /** The host of a client whose identifier is an address: all of what it says of itself that was seen to be true. */
  readonly idHost?: string
  /** Such a client's answer goes to an app on the user's device, which any other app there could pretend to be. */
  readonly isOnDevice?: boolean
  /** Present where there is no `redirectHost`. */
  readonly aside?: AsideView
}

/** Where a request came from that no browser brought, so that its user can tell whether it is theirs. @spec RFC 8628 §5.4 */
export type AsideView = {
  readonly kind: 'device' | 'backchannel'
  readonly requestedAt: number
  /** The network that a device asked from, in part. */
  readonly network?: string
  /** What the app shows too, on the user's other device. @spec OpenID Connect CIBA Core §7.1 */
  readonly bindingMessage?: string
}

/** POST `/device`: `user_code`, `csrf`. Asks for the code of a device. @spec RFC 8628 §3.3 */
export type DeviceCodePage = FormFrame & {
  readonly page: 'device_code'
  /** The code that the address carried: shown, to be compared with the device. @spec RFC 8628 §3.3.1 */
  readonly userCode?: string
  readonly problem?: 'wrong_code' | 'throttled' | 'expired_form'
  /** Seconds to wait when throttled. */
  readonly retryAfter?: number
}

/** POST `/device/confirm`: `decision` = `yes` or `no`. Asks whether the user began what the device asks for. @spec RFC 8628 §5.4 */
export type DeviceConfirmPage = FormFrame & {
  readonly page: 'device_confirm'
  readonly client: ClientView & { readonly aside: AsideView }
  /** Whether this browser is in another network than the device; absent where it is not known. */
  readonly isElsewhere?: boolean
}

/** Says what became of a request whose answer went to no browser. @spec RFC 8628 §3.3 */
export type AnswerSentPage = {
  readonly page: 'answer_sent'
  readonly to: AsideView['kind']
  readonly outcome: 'approved' | 'denied' | 'ended'
}

/** POST `/backchannel`: `request`. What apps asked the signed-in user by the back channel. @spec OpenID Connect CIBA Core §8 */
export type WaitingRequestsPage = FormFrame & {
  readonly page: 'waiting_requests'
  readonly username: string
  readonly requests: readonly {
    readonly id: string
    readonly client: ClientView & { readonly aside: AsideView }
    readonly scopes: readonly ScopeView[]
    readonly expiresAt: number
  }[]
}

/** What else the signed-in home leads to, below the issuer's path. */
export type HomeNotice =
  | { readonly kind: 'connect_device'; readonly path: string }
  | { readonly kind: 'waiting_requests'; readonly path: string; readonly count: number }

/** POST `/login`: `username`, `password`, `csrf`, `interaction`. */
export type LoginPage = FormFrame & {
  readonly page: 'login'
  readonly client?: ClientView
  readonly username?: string
  readonly problem?: 'wrong_credentials' | 'throttled' | 'expired_form'
  /** Seconds to wait when throttled. */
  readonly retryAfter?: number
  /** A login that exists but must be repeated (`prompt=login`, `max_age`). */
  readonly isRepeated: boolean
}

/** POST `/login/code`: `code`, `csrf`, `interaction`. Asked for on top of a password. */
export type LoginCodePage = FormFrame & {
  readonly page: 'login_code'
  readonly client?: ClientView
  readonly username: string
  readonly problem?: 'wrong_code' | 'throttled' | 'expired_form'
  /** Seconds to wait when throttled. */
  readonly retryAfter?: number
}

/** POST `/login`: `account` = `continue` or `other`. Shown for `prompt=select_account`. */
export type SelectAccountPage = FormFrame & {
  readonly page: 'select_account'
  readonly client: ClientView
  readonly username: string
}

/** One scope as the consent page shows it. */
export type ScopeView = {
  readonly token: string
  readonly title: Readonly<Record<string, string>>
  readonly description?: Readonly<Record<string, string>>
  readonly risk: 'ordinary' | 'sensitive' | 'dangerous'
  readonly isMandatory: boolean
  /** What it reaches beyond itself. */
  readonly reaches: readonly { readonly token: string; readonly title: Readonly<Record<string, string>> }[]
  /** Ticked at first: what was asked, except where the user refused on an earlier showing of this form. */
  readonly isTicked: boolean
}

/** A field of an authorization detail, in words; one that the user may narrow names its form field. */
export type DetailFieldView = {
  readonly label: Readonly<Record<string, string>>
  /** Empty where there are choices. */
  readonly value: string
  /** What was chosen of a list, instead of `value`. */
  readonly choices?: readonly { readonly value: string; readonly label: Readonly<Record<string, string>> }[]
  /** Present: the user may choose fewer of the choices, by the (repeated) form field of this name. */
  readonly name?: string
}

/** One authorization detail as the consent page shows it. @spec RFC 9396 §9 */
export type DetailView = {
  /** The value of the form field `detail` that says that the user leaves it ticked. */
  readonly id: string
  readonly title: Readonly<Record<string, string>>
  readonly description?: Readonly<Record<string, string>>
  readonly risk: 'ordinary' | 'sensitive' | 'dangerous'
  readonly resourceName?: string
  readonly fields: readonly DetailFieldView[]
}

/**
 * POST `/consent`: `scope` (repeated), `detail` (repeated), `choice` (repeated), `decision` = `allow` or `deny`,
 * `csrf`, `interaction`.
 */
export type ConsentPage = FormFrame & {
  readonly page: 'consent'
  readonly client: ClientView
  readonly username: string
  /** Grouped by resource; a group without a name is the account itself (OpenID Connect scopes). */
  readonly groups: readonly {
    readonly resource?: string
    readonly resourceName?: string
    readonly scopes: readonly ScopeView[]
  }[]
  /** What the user allowed earlier; shown, not asked. */
  readonly alreadyGranted: readonly ScopeView[]
  /** What is asked beside scope. @spec RFC 9396 §9 */
  readonly details?: readonly DetailView[]
  /** How long the app may act without the user being there: seconds; absent: only while the user is logged in. */
  readonly offlineTtl?: number
  readonly accessTokenTtl: number
}

/** POST `/logout`: `decision` = `logout` or `stay`, `csrf`. */
export type LogoutPage = FormFrame & {
  readonly page: 'logout'
  readonly username?: string
  readonly client?: { readonly name: string }
  /** Carried through the form: where to go afterwards, already verified. */
  readonly parameters: Readonly<Record<string, string>>
}

/** After logout without a place to go to. */
export type LoggedOutPage = { readonly page: 'logged_out' }

/** The signed-in home. POST `/account/grant`: `client_id`, `scope` (one) or none for the whole grant, `csrf`. */
export type HomePage = FormFrame & {
  readonly page: 'home'
  readonly username: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly authTime: number
  readonly grants: readonly {
    readonly client: { readonly clientId: string; readonly name: string }
    readonly scopes: readonly ScopeView[]
    readonly updatedAt: number
  }[]
  readonly notices?: readonly HomeNotice[]
}

/** An error that stays on a page: its code, stable words, and the request id to tell an operator. */
export type ErrorPage = {
  readonly page: 'error'
  readonly status: number
  readonly error: string
  readonly description: string
  /** Seconds after which the same is worth trying again, where it is not the request's fault. */
  readonly retryAfter?: number
  /** Where the app waits for the error, which the user may go on to: nobody here knows who that is. @spec RFC 9700 §4.11.2 */
  readonly onward?: { readonly uri: string; readonly host: string }
}

/** `form_post`: a form that sends itself where script runs, and has a button where it does not. @spec OAuth 2.0 Form Post Response Mode §2 */
export type FormPostPage = {
  readonly page: 'form_post'
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
}

/** Every page of the server. */
export type Page =
  | LoginPage
  | LoginCodePage
  | SelectAccountPage
  | ConsentPage
  | LogoutPage
  | LoggedOutPage
  | HomePage
  | DeviceCodePage
  | DeviceConfirmPage
  | AnswerSentPage
  | WaitingRequestsPage
  | ErrorPage
  | FormPostPage

/** Renders pages; the server adds status and headers. */
export type Pages = {
  /** The HTML document, and the language it is in. */
  readonly render: (page: Page, frame: PageFrame) => { readonly html: string; readonly language: string }
  /** Files that pages load from `<basePath>/assets/`: style and script. */
  readonly asset: (name: string) => { readonly contentType: string; readonly body: string } | undefined
  readonly languages: readonly string[]
}
