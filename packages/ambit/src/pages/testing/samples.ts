import type { ConsentPage, DetailView, HomePage, Page, PageFrame, RequestId, ScopeView } from '@ambit/server'

/** A frame as the server makes it. */
export function sampleFrame(overrides: Partial<PageFrame> = {}): PageFrame {
  return { requestId: 'req_7Hq2mXw9' as RequestId, acceptLanguage: 'en', basePath: '', ...overrides }
}

const csrf = 'csrf-value'
const interaction = 'interaction-value'
const client = {
  clientId: 'paws',
  name: 'Paws & Claws',
  uri: 'https://paws.example/',
  redirectHost: 'app.paws.example',
}

const onDevice = {
  clientId: 'paws-tv',
  name: 'Paws on TV',
  uri: 'https://paws.example/tv',
  aside: { kind: 'device', requestedAt: 1_795_000_000, network: '203.0.113.*' },
} as const

const aside = {
  clientId: 'paws-desk',
  name: 'Paws Service Desk',
  aside: { kind: 'backchannel', requestedAt: 1_795_000_000, bindingMessage: 'W4SCT' },
} as const

/** A scope of the sample shop. */
export function sampleScope(token: string, overrides: Partial<ScopeView> = {}): ScopeView {
  return {
    token,
    title: titles[token] ?? { en: token },
    risk: 'ordinary',
    isMandatory: false,
    reaches: [],
    isTicked: true,
    ...overrides,
  }
}

const titles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  openid: { en: 'Know who you are', de: 'Wissen, wer Sie sind' },
  email: { en: 'See your email address', de: 'Ihre E-Mail-Adresse sehen' },
  read_pets: { en: 'See your pets', de: 'Ihre Tiere sehen' },
  write_pets: { en: 'Add and change pets', de: 'Tiere hinzufügen und ändern' },
  order: { en: 'Handle your orders', de: 'Ihre Bestellungen bearbeiten' },
  'order:read': { en: 'See your orders', de: 'Ihre Bestellungen sehen' },
  'order:items': { en: 'See what is in an order', de: 'Sehen, was in einer Bestellung ist' },
  admin: { en: 'Run the whole shop', de: 'Den ganzen Laden führen' },
  'inventory:price:write': { en: 'Change prices', de: 'Preise ändern' },
}

const reached = (...tokens: readonly string[]) =>
  tokens.map(token => ({ token, title: titles[token] ?? { en: token } }))

/** The consent page of the sample shop. */
export function sampleConsent(overrides: Partial<ConsentPage> = {}): ConsentPage {
  return {
    page: 'consent',
    csrf,
    interaction,
    client,
    username: 'alex',
    groups: [
      {
        scopes: [
          sampleScope('openid', { isMandatory: true }),
          sampleScope('email', {
            risk: 'sensitive',
            description: {
              en: 'Your address and whether it was verified.',
              de: 'Ihre Adresse und ob sie bestätigt ist.',
            },
          }),
        ],
      },
      {
        resource: 'https://api.petstore.example',
        resourceName: 'Pet store',
        scopes: [
          sampleScope('write_pets', {
            description: {
              en: 'Put new pets on your list, and change what it says about them.',
              de: 'Neue Tiere auf Ihre Liste setzen und ändern, was dort über sie steht.',
            },
            reaches: reached('read_pets'),
          }),
          sampleScope('order', {
            description: { en: 'Everything about your orders.', de: 'Alles, was Ihre Bestellungen betrifft.' },
            reaches: reached('order:read', 'order:items'),
          }),
          sampleScope('inventory:price:write', {
            risk: 'dangerous',
            isTicked: false,
            description: {
              en: 'Set the price of anything in the shop.',
              de: 'Den Preis von allem im Laden bestimmen.',
            },
          }),
        ],
      },
    ],
    alreadyGranted: [sampleScope('read_pets')],
    offlineTtl: 30 * 86_400,
    accessTokenTtl: 600,
    ...overrides,
  }
}

/** Details of the sample shop: one that can only be refused, and one of which the user can choose less. */
export const sampleDetails: readonly DetailView[] = [
  {
    id: '0',
    title: { en: 'Make a payment', de: 'Eine Zahlung ausführen' },
    description: { en: 'Once, from your account.', de: 'Einmal, von Ihrem Konto.' },
    risk: 'dangerous',
    resourceName: 'Pet bank',
    fields: [
      { label: { en: 'Amount', de: 'Betrag' }, value: '123.50 EUR' },
      { label: { en: 'To', de: 'An' }, value: 'Merchant A' },
      { label: { en: 'IBAN' }, value: 'DE02100100109307118603' },
      {
        label: { en: 'By', de: 'Als' },
        value: '',
        choices: [{ value: 'x', label: { en: 'Transfer', de: 'Überweisung' } }],
      },
    ],
  },
  {
    id: '1',
    title: { en: 'See your accounts', de: 'Ihre Konten sehen' },
    risk: 'ordinary',
    fields: [
      {
        label: { en: 'What the app sees', de: 'Was die App sieht' },
        value: '',
        choices: [
          { value: '[1,"actions","balance"]', label: { en: 'Balances', de: 'Kontostände' } },
          { value: '[1,"actions","history"]', label: { en: 'Transactions', de: 'Umsätze' } },
        ],
        name: 'choice',
      },
      { label: { en: 'Days back', de: 'Tage zurück' }, value: '30' },
    ],
  },
]

/** The signed-in home of a user of the sample shop. */
export function sampleHome(overrides: Partial<HomePage> = {}): HomePage {
  return {
    page: 'home',
    csrf,
    username: 'alex',
    claims: {
      name: 'Alex Morgan',
      email: 'alex@example.com',
      address: { formatted: '1 Harbour Road, Bristol' },
      locale: 'en-GB',
    },
    authTime: 1_795_000_000,
    grants: [
      {
        client,
        scopes: [
          sampleScope('read_pets'),
          sampleScope('email', { risk: 'sensitive' }),
          sampleScope('admin', { risk: 'dangerous' }),
        ],
        updatedAt: 1_794_000_000,
      },
      {
        client: { clientId: 'stock', name: 'Stock Counter' },
        scopes: [sampleScope('order:read')],
        updatedAt: 1_790_000_000,
      },
    ],
    ...overrides,
  }
}

/** Each page, and each of its faces, by name. */
export const samplePages: Readonly<Record<string, Page>> = {
  login: { page: 'login', csrf, interaction, client, isRepeated: false },
  'login-wrong': {
    page: 'login',
    csrf,
    interaction,
    client,
    username: 'alex',
    problem: 'wrong_credentials',
    isRepeated: false,
  },
  'login-throttled': { page: 'login', csrf, username: 'alex', problem: 'throttled', retryAfter: 30, isRepeated: false },
  'login-repeated': {
    page: 'login',
    csrf,
    interaction,
    client,
    username: 'alex',
    problem: 'expired_form',
    isRepeated: true,
  },
  'login-code': { page: 'login_code', csrf, interaction, client, username: 'alex' },
  'login-code-wrong': { page: 'login_code', csrf, username: 'alex', problem: 'wrong_code' },
  'login-code-throttled': { page: 'login_code', csrf, username: 'alex', problem: 'throttled', retryAfter: 840 },
  'select-account': { page: 'select_account', csrf, interaction, client, username: 'alex' },
  consent: sampleConsent(),
  'consent-details': sampleConsent({ groups: [], alreadyGranted: [], details: sampleDetails }),
  'consent-umbrella': sampleConsent({
    groups: [
      {
        resource: 'https://api.petstore.example',
        scopes: [
          sampleScope('admin', {
            risk: 'dangerous',
            reaches: reached(
              'read_pets',
              'write_pets',
              'order',
              'order:read',
              'order:items',
              'inventory:price:write',
              'email',
              'openid',
            ),
          }),
        ],
      },
    ],
  }),
  'consent-nothing-new': {
    page: 'consent',
    csrf,
    interaction,
    client: { clientId: 'paws', name: 'Paws & Claws', redirectHost: 'app.paws.example' },
    username: 'alex',
    groups: [],
    alreadyGranted: [sampleScope('read_pets'), sampleScope('email')],
    accessTokenTtl: 3600,
  },
  logout: {
    page: 'logout',
    csrf,
    username: 'alex',
    client: { name: 'Paws & Claws' },
    parameters: { post_logout_redirect_uri: 'https://app.paws.example/', state: 'xyz' },
  },
  'logged-out': { page: 'logged_out' },
  home: sampleHome(),
  'home-empty': sampleHome({ claims: {}, grants: [] }),
  'home-notices': sampleHome({
    notices: [
      { kind: 'connect_device', path: '/device' },
      { kind: 'waiting_requests', path: '/backchannel', count: 2 },
    ],
  }),
  'consent-address': sampleConsent({
    client: {
      clientId: 'https://desk.paws.example/app.json',
      name: 'Paws Desk',
      redirectHost: '127.0.0.1:49152',
      idHost: 'desk.paws.example',
      isOnDevice: true,
    },
  }),
  'consent-device': sampleConsent({ client: onDevice }),
  'consent-backchannel': sampleConsent({ client: aside }),
  'device-code': { page: 'device_code', csrf },
  'device-code-shown': { page: 'device_code', csrf, userCode: 'WDJB-MJHT' },
  'device-code-wrong': { page: 'device_code', csrf, problem: 'wrong_code' },
  'device-code-throttled': { page: 'device_code', csrf, problem: 'throttled', retryAfter: 540 },
  'device-confirm': { page: 'device_confirm', csrf, interaction, client: onDevice, isElsewhere: true },
  'device-confirm-here': { page: 'device_confirm', csrf, interaction, client: onDevice, isElsewhere: false },
  'answer-approved': { page: 'answer_sent', to: 'device', outcome: 'approved' },
  'answer-denied': { page: 'answer_sent', to: 'backchannel', outcome: 'denied' },
  'answer-ended': { page: 'answer_sent', to: 'device', outcome: 'ended' },
  'waiting-requests': {
    page: 'waiting_requests',
    csrf,
    username: 'alex',
    requests: [
      {
        id: 'request-1',
        client: aside,
        scopes: [sampleScope('openid'), sampleScope('order')],
        expiresAt: 1_795_000_300,
      },
      {
        id: 'request-2',
        client: {
          clientId: 'stock',
          name: 'Stock Counter',
          aside: { kind: 'backchannel', requestedAt: 1_795_000_000 },
        },
        scopes: [sampleScope('order:read')],
        expiresAt: 1_795_000_600,
      },
    ],
  },
  'waiting-requests-none': { page: 'waiting_requests', csrf, username: 'alex', requests: [] },
  error: {
    page: 'error',
    status: 400,
    error: 'invalid_request',
    description: '`redirect_uri` is not one that the client registered',
  },
  'error-stranger': {
    page: 'error',
    status: 400,
    error: 'invalid_scope',
    description: 'the scope is not known',
    onward: { uri: 'https://stranger.example/callback?error=invalid_scope&state=a%22b', host: 'stranger.example' },
  },
  'error-server': {
    page: 'error',
    status: 500,
    error: 'server_error',
    description: 'the request could not be handled',
  },
  'error-unavailable': {
    page: 'error',
    status: 503,
    error: 'temporarily_unavailable',
    description: 'the server cannot reach its store',
    retryAfter: 2,
  },
  'form-post': {
    page: 'form_post',
    action: 'https://app.paws.example/callback',
    parameters: { code: 'code-value', state: 'xyz', iss: 'https://as.example' },
  },
}
