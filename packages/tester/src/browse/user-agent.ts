// RFC 6749 §3.1, RFC 9110 §15.4, OAuth 2.0 Form Post Response Mode §2
import type { SecretLedger } from '../secret/secret.ts'
import {
  type Exchange,
  fieldValue,
  fieldValues,
  type HeaderField,
  type ReceivedResponse,
  type Send,
} from '../wire/exchange.ts'
import { type CookieJar, createCookieJar } from './cookie-jar.ts'
import { type Entries, encodeEntries, entriesOf, type FormValues } from './form-entries.ts'
import { beginNavigation, followRedirect, type Navigation, navigationFields } from './navigation.ts'
import type { FormButton, Page, PageForm } from './page.ts'
import { asksNobody, readPage, refreshOf } from './read-page.ts'

/** Where the browser ended, with every exchange on the way there. */
export type Arrival = {
  readonly steps: readonly Exchange[]
} /** Before an address that it was to stop at; `entries` where a form would have been posted there. */ & (
  | { readonly kind: 'stopped'; readonly url: string; readonly entries?: Entries }
  | { readonly kind: 'page'; readonly url: string; readonly page: Page; readonly response: ReceivedResponse }
  | { readonly kind: 'stuck'; readonly url: string; readonly reason: string }
)

/** What a browser is made with. */
export type UserAgentSettings = {
  readonly send: Send
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Addresses that are not visited: the client's own, and whatever is not the server. Any scheme may come. */
  readonly stopAt: (url: string) => boolean
  /** The cookies of an earlier browser. */
  readonly jar?: CookieJar
  /** Remembers the values of cookies. */
  readonly secrets?: Pick<SecretLedger, 'secret'>
  /** Sent with every request. */
  readonly headers?: readonly HeaderField[]
}

/** How a form is sent. */
type SubmitOptions = {
  /** The button that is pressed (default: the first). */
  readonly button?: FormButton
  /** A foreign page from which the form is sent instead: as an attacker's page would. */
  readonly from?: string
}

/** A browser without script, as a user has it in front of a server's pages. */
export type UserAgent = {
  /** Goes to an address, as if it was typed, or from a page of somebody else. */
  readonly open: (url: string, from?: string) => Promise<Arrival>
  /** Sends a form of the page where the browser is. */
  readonly submit: (form: PageForm, values?: FormValues, options?: SubmitOptions) => Promise<Arrival>
  readonly jar: CookieJar
}

/** Steps after which a chain of redirects is no good any more. */
const mostSteps = 20
/** A page that goes on by itself later than this is one that waits for something. */
const mostSeconds = 2
/** A value shorter than this opens nothing, and would be found everywhere. */
const shortestSecret = 16

/** Makes a browser. It follows redirects of http and https, refreshes and forms that send themselves. */
export function createUserAgent(settings: UserAgentSettings): UserAgent {
  const { jar = createCookieJar(settings.now) } = settings
  let place: Navigation['from']
  const go = async (first: Navigation, entries?: Entries): Promise<Arrival> => {
    const arrival = await travel({ settings, jar }, first, entries)
    if (arrival.kind === 'page') place = placeOf(arrival.page, arrival.response)
    return arrival
  }
  return {
    jar,
    open: async (text, from) => {
      const url = URL.parse(text)
      if (url === null) return { kind: 'stuck', url: text, reason: `\`${text}\` is no address`, steps: [] }
      return go(beginNavigation({ url, method: 'GET', ...originating(from) }))
    },
    submit: async (form, values = {}, { button = form.buttons[0], from } = {}) => {
      const entries = entriesOf(form, values, button)
      const source = from === undefined ? place && { from: place } : originating(from)
      const step = formStep(form, entries, button)
      if (step === undefined) return { kind: 'stuck', url: form.action, reason: `the form has no address`, steps: [] }
      return go(beginNavigation({ ...step, ...source }), step.method === 'POST' ? entries : undefined)
    },
  }
}

function originating(from: string | undefined): Pick<Navigation, 'from'> {
  const url = from === undefined ? null : URL.parse(from)
  return url === null ? {} : { from: { url, referrerPolicy: '' } }
}

function placeOf(page: Page, { headers }: ReceivedResponse): NonNullable<Navigation['from']> {
  const policies = fieldValue(headers, 'referrer-policy')
    ?.split(',')
    .map(policy => policy.trim().toLowerCase())
  return { url: new URL(page.url), referrerPolicy: page.referrerPolicy?.toLowerCase() ?? policies?.at(-1) ?? '' }
}

type Step = Pick<Navigation, 'url' | 'method' | 'body'>

function formStep(form: PageForm, entries: Entries, button?: FormButton): Step | undefined {
  const url = URL.parse(button?.action ?? form.action)
  if (url === null) return undefined
  const body = encodeEntries(entries)
  if ((button?.method ?? form.method) === 'POST') return { url, method: 'POST', body }
  url.search = body
  return { url, method: 'GET' }
}

type Browser = { readonly settings: UserAgentSettings; readonly jar: CookieJar }

async function travel(browser: Browser, first: Navigation, firstEntries?: Entries): Promise<Arrival> {
  const steps: Exchange[] = []
  let step = first
  let entries = firstEntries
  while (steps.length < mostSteps) {
    const url = step.url.href
    if (browser.settings.stopAt(url)) return { kind: 'stopped', url, steps, ...(entries !== undefined && { entries }) }
    if (!/^https?:$/.test(step.url.protocol)) return stuck(url, `a browser cannot open \`${step.url.protocol}\``, steps)
    const exchange = await visit(browser, step)
    steps.push(exchange)
    if (exchange.kind === 'failed') return stuck(url, `\`${step.url.host}\` gave no answer: ${exchange.detail}`, steps)
    const next = nextStep(browser, step, exchange.response)
    if ('page' in next) return { kind: 'page', url, page: next.page, response: exchange.response, steps }
    if ('reason' in next) return stuck(url, next.reason, steps)
    step = next.step
    entries = next.entries ?? (step.method === 'POST' ? entries : undefined)
  }
  return stuck(step.url.href, `it was sent on ${mostSteps} times and came to no page`, steps)
}

function stuck(url: string, reason: string, steps: readonly Exchange[]): Arrival {
  return { kind: 'stuck', url, reason, steps }
}

async function visit({ settings, jar }: Browser, step: Navigation): Promise<Exchange> {
  const { url, method, body } = step
  const cookies = jar.valueFor(url, { isCrossSite: step.site === 'cross-site', isSafe: method === 'GET' })
  const exchange = await settings.send({
    method,
    origin: url.origin,
    target: `${url.pathname}${url.search}`,
    headers: [
      ...navigationFields(step),
      ...(settings.headers ?? []),
      ...(cookies === undefined ? [] : ([['Cookie', cookies]] as const)),
    ],
    ...(body !== undefined && { body }),
  })
  if (exchange.kind === 'answered') jar.keep(url, exchange.response.headers)
  for (const { value } of jar.all()) if (mayOpen(value)) settings.secrets?.secret('cookie', value)
  return exchange
}

/** An address to come back to opens nothing, and every report is full of such addresses. */
function mayOpen(value: string): boolean {
  return value.length >= shortestSecret && !/^"?(?:https?(?::|%3a)|\/|%2f)/i.test(value)
}

type Next =
  | { readonly page: Page }
  | { readonly reason: string }
  | { readonly step: Navigation; readonly entries?: Entries }

function nextStep(browser: Browser, step: Navigation, response: ReceivedResponse): Next {
  const { status, headers } = response
  const locations = new Set(fieldValues(headers, 'location'))
  const [location] = locations
  if (status >= 300 && status < 400 && status !== 304 && location !== undefined) {
    if (locations.size > 1) return { reason: 'the redirect has two addresses that differ' }
    const url = URL.parse(location, step.url)
    if (url === null) return { reason: 'the address of the redirect is none' }
    // an address without a fragment keeps the one before it: RFC 9110 §10.2.2
    if (url.hash === '' && !location.includes('#')) url.hash = step.url.hash
    return { step: followRedirect(step, status, url) }
  }
  const isHtml = /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(fieldValue(headers, 'content-type') ?? '')
  const page = readPage(isHtml ? response.body : '', step.url.href)
  return byItself(browser, page, response) ?? { page }
}

/** What a page does without its user. */
function byItself({ settings }: Browser, page: Page, response: ReceivedResponse): Next | undefined {
  const from = placeOf(page, response)
  const [form] = page.forms
  if (form !== undefined && isAutomatic(form, settings)) {
    const entries = entriesOf(form)
    const next = formStep(form, entries)
    return next && { step: beginNavigation({ ...next, from }), ...(next.method === 'POST' && { entries }) }
  }
  const refresh = page.refresh ?? refreshOf(fieldValue(response.headers, 'refresh'), page.url)
  if (form !== undefined || refresh === undefined || refresh.seconds > mostSeconds) return undefined
  return { step: beginNavigation({ url: new URL(refresh.url), method: 'GET', from }) }
}

/** A form that asks nothing and goes to the client is sent by a script that may stand elsewhere. */
function isAutomatic(form: PageForm, { stopAt }: UserAgentSettings): boolean {
  return form.isAutomatic || (stopAt(form.action) && asksNobody(form.fields))
}
