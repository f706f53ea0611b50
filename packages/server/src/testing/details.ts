import type { HttpResponse } from '@ambit/protocol'
import { authorizationDetails } from '../features/authorization-details/authorization-details.ts'
import type { DetailTypes } from '../features/authorization-details/detail-type.ts'
import type { DetailView } from '../ports/pages.ts'
import { logIn, type OpenedWorld, openWorld, type RequestChanges, sentParameters, verifier } from './authorize.ts'
import { type Arrival, hiddenFields, pageOf } from './browser.ts'
import { inventory, pets } from './catalogue.ts'
import { clientSecret, redirectUri, testClient } from './clients.ts'
import { clientId } from './ids.ts'
import { request } from './requests.ts'
import type { WorldOverrides } from './world.ts'

/** Types of details: one for each resource of the test world, one that names its resources, and one for any. */
export const detailTypes = {
  payment: {
    title: { en: 'Make a payment', de: 'Eine Zahlung ausführen' },
    description: 'Once, from your account',
    risk: 'dangerous',
    resource: pets,
    fields: {
      instructedAmount: { kind: 'amount', label: 'Amount', currencies: ['EUR', 'SEK'], max: '1000.00', narrow: true },
      creditor: {
        kind: 'object',
        label: 'Creditor',
        fields: {
          name: { kind: 'text', label: 'To' },
          iban: { kind: 'text', label: 'IBAN', pattern: '[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}' },
        },
      },
      remark: { kind: 'text', label: 'Remark', optional: true, maxLength: 20 },
    },
  },
  account: {
    title: 'See accounts',
    resource: inventory,
    fields: {
      actions: {
        kind: 'choices',
        label: 'What',
        values: { list: 'List accounts', balance: 'See balances', history: { en: 'See history' } },
        narrow: true,
      },
      days: { kind: 'number', label: 'Days back', min: 1, max: 90, whole: true, narrow: true, optional: true },
    },
  },
  visit: {
    title: 'Visit',
    fields: {
      locations: { kind: 'locations', label: 'Where' },
      identifier: { kind: 'text', label: 'Whom' },
      privileges: { kind: 'choices', label: 'As', values: { guest: 'Guest', host: 'Host' } },
    },
  },
  stamp: {
    title: 'Stamp',
    mustBeAlone: true,
    fields: { weight: { kind: 'number', label: 'Weight' } },
    clientCredentials: [clientId('clerk')],
  },
} as const satisfies DetailTypes

/** Details that are right. */
export const payment = {
  type: 'payment',
  instructedAmount: { currency: 'EUR', amount: '123.50' },
  creditor: { name: 'Merchant A', iban: 'DE02100100109307118603' },
}
/** Of the other resource, and with choices. */
export const account = { type: 'account', actions: ['list', 'balance'], days: 30 }
/** One that names its resources. */
export const visit = { type: 'visit', locations: [pets, inventory], identifier: 'aunt', privileges: ['guest'] }
/** One that counts everywhere. */
export const stamp = { type: 'stamp', weight: 20 }

const registered = { metadata: { authorization_details_types: ['payment', 'account', 'visit', 'stamp'] } }

/** Clients that may ask for all of them: `shop`, and `clerk`, which acts for itself too. */
export const detailClients = [
  testClient({ name: 'shop', ...registered }),
  testClient({
    name: 'clerk',
    grantTypes: ['client_credentials', 'authorization_code', 'refresh_token'],
    ...registered,
  }),
  testClient({ name: 'cashier', authenticationMethod: 'none', ...registered }),
]

/** Starts a server that reads details. */
export function openDetails({ features = [], clients = [], ...overrides }: WorldOverrides = {}): Promise<OpenedWorld> {
  return openWorld({
    ...overrides,
    clients: [...detailClients, ...clients],
    features: [authorizationDetails({ types: detailTypes }), ...features],
  })
}

/** Asks for details alone, unless the changes say otherwise. */
export function askFor(opened: OpenedWorld, details: unknown, changes: RequestChanges = {}): Promise<Arrival> {
  const text = typeof details === 'string' ? details : JSON.stringify(details)
  return opened.authorize({ client_id: 'shop', scope: undefined, authorization_details: text, ...changes })
}

/** The details that a consent page shows. */
export function shownDetails(arrival: Arrival): readonly DetailView[] {
  return (pageOf(arrival)['details'] ?? []) as readonly DetailView[]
}

/** What is ticked on the consent page; everything of the details when absent. */
export type Ticked = {
  readonly scope?: readonly string[]
  readonly detail?: readonly string[]
  readonly choice?: readonly string[]
}

/** Answers the consent page. */
export function answer({ browser }: OpenedWorld, arrival: Arrival, ticked: Ticked = {}): Promise<Arrival> {
  const details = shownDetails(arrival)
  const { scope = [], detail = details.map(({ id }) => id), choice = choicesOf(details) } = ticked
  return browser.post('/consent', { ...hiddenFields(pageOf(arrival)), scope, detail, choice, decision: 'allow' })
}

/** The values of all choices that can be narrowed. */
export function choicesOf(details: readonly DetailView[]): readonly string[] {
  const fields = details.flatMap(each => each.fields).filter(({ name }) => name === 'choice')
  return fields.flatMap(({ choices = [] }) => choices.map(({ value }) => value))
}

/** Asks, logs alice in, answers, and gives the code. */
export async function codeFor(opened: OpenedWorld, details: unknown, changes: RequestChanges = {}): Promise<string> {
  const page = await logIn(opened.browser, await askFor(opened, details, changes))
  return sentParameters(await answer(opened, page)).get('code') ?? ''
}

/** Redeems a code as `shop`, with more in the form. */
export function redeem(opened: OpenedWorld, code: string, more: RequestChanges = {}): Promise<HttpResponse> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, ...more }
  return opened.server.handle(request({ path: '/token', form, basic: ['shop', clientSecret] }))
}

/** Refreshes as `shop`. */
export function refresh(opened: OpenedWorld, refreshToken: unknown, more: RequestChanges = {}): Promise<HttpResponse> {
  const form = { grant_type: 'refresh_token', refresh_token: String(refreshToken), ...more }
  return opened.server.handle(request({ path: '/token', form, basic: ['shop', clientSecret] }))
}
