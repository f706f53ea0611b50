import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds, isRefusal } from '@ambit/protocol'
import { decisionOf, defineScopes } from '@ambit/scope'
import { codeAuthentication, passwordAuthentication } from '../accounts/authentication.ts'
import { timeBasedCodes } from '../node/one-time-codes.ts'
import type { GrantRecord } from '../ports/records.ts'
import { authorizationQuery, type RequestChanges } from '../testing/authorize.ts'
import { clients, users } from '../testing/clients.ts'
import { testWorld } from '../testing/world.ts'
import {
  type AuthorizationDecision,
  type AuthorizationFacts,
  type AuthorizationLogin,
  decideAuthorization,
} from './decide.ts'
import { parseParameters } from './parameters.ts'
import { parseAuthorizationRequest } from './request.ts'
import { findRequestClient } from './request-client.ts'

const now = epochSeconds(1_800_000_000)
const world = await testWorld()

const catalogue = defineScopes({
  scopes: {
    openid: { consent: 'pre-granted' },
    offline_access: { consent: 'pre-granted' },
    read: {},
    write: {},
    admin: { implies: ['read', 'write'] },
    terms: { consent: 'mandatory' },
    changed: { version: 2 },
  },
})

const context = { ...world.context, catalogue, resources: [], oneTimeCodes: timeBasedCodes('A'.repeat(43)) }
const pwd = passwordAuthentication.acr
const code = codeAuthentication.acr

async function requestOf(changes: RequestChanges) {
  const parameters = parseParameters(authorizationQuery(changes))
  assert.ok(!isRefusal(parameters))
  const from = await findRequestClient(context, parameters)
  assert.ok(!isRefusal(from))
  const client = { ...from.client, scope: catalogue.names.join(' ') }
  const request = await parseAuthorizationRequest(context, { ...from, client }, parameters)
  assert.ok(!isRefusal(request), isRefusal(request) ? request.description : '')
  return request
}

function grant(tokens: string, changes: Partial<GrantRecord> = {}): GrantRecord {
  return {
    userId: users.alice.userId,
    clientId: clients.web.clientId,
    scopes: tokens.split(' ').map(token => ({ token, version: 1, grantedAt: now })),
    createdAt: now,
    updatedAt: now,
    ...changes,
  }
}

type Situation = {
  readonly scope?: string
  readonly request?: RequestChanges
  readonly login?:
    | (Partial<AuthorizationLogin['session'] & Omit<AuthorizationLogin, 'session' | 'offered'>> & {
        readonly offered?: string
      })
    | 'none'
  readonly interaction?: AuthorizationFacts['interaction']
}

async function decide({ scope = 'read', request = {}, login = {}, interaction }: Situation): Promise<string> {
  const parsed = await requestOf({ scope, ...request })
  const offered = login === 'none' ? '' : (login.offered ?? scope)
  const session = {
    authTime: epochSeconds(now - 100),
    acr: 'urn:ambit:acr:password',
    ...(login === 'none' ? {} : login),
  }
  const known = login === 'none' ? undefined : login.grant
  const decided = decideAuthorization({
    catalogue,
    now,
    request: parsed,
    ...(login !== 'none' && {
      login: {
        session,
        subject: 'user-alice',
        offered: decisionOf(catalogue.read(offered.split(' ')).scope),
        strongestAcr: login.strongestAcr ?? session.acr,
        acrDemands: login.acrDemands ?? [],
        opensMore: login.opensMore ?? false,
        ...(known && { grant: known }),
      },
    }),
    ...(interaction && { interaction }),
  })
  return shortly(decided)
}

function shortly(decided: AuthorizationDecision): string {
  switch (decided.kind) {
    case 'login':
      return decided.isRepeated ? 'login again' : 'login'
    case 'select_account':
    case 'login_code':
      return decided.kind
    case 'consent':
      return `ask ${decided.ask.tokens.join(' ')} | ${decided.granted.tokens.join(' ')}`.trim()
    case 'refuse':
      return decided.refusal.error
    case 'proceed':
      return `proceed ${decided.decision.scope.tokens.join(' ')}`
  }
}

const loggedInAt = epochSeconds(now - 10)
const justNow = { authTime: loggedInAt }

const cases: readonly (readonly [name: string, expected: string, situation: Situation])[] = [
  ['OpenID Connect Core §3.1.2.3: nobody is logged in: login', 'login', { login: 'none' }],
  [
    'OpenID Connect Core §3.1.2.6: nobody is logged in and prompt=none: login_required',
    'login_required',
    { login: 'none', request: { prompt: 'none' } },
  ],
  ['OpenID Connect Core §3.1.2.1: prompt=login asks again', 'login again', { request: { prompt: 'login' } }],
  [
    'OpenID Connect Core §3.1.2.1: prompt=login is met by a login since',
    'ask read |',
    { request: { prompt: 'login' }, login: justNow, interaction: { loggedInAt } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: a login before the interaction does not meet prompt=login',
    'login again',
    { request: { prompt: 'login' }, interaction: { loggedInAt } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: a login older than max_age is asked again',
    'login again',
    { request: { max_age: '99' } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: a login not older than max_age will do',
    'ask read |',
    { request: { max_age: '100' } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: max_age=0 means prompt=login',
    'login again',
    { request: { max_age: '0' }, login: { authTime: now } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: max_age=0 is met by a login since',
    'ask read |',
    { request: { max_age: '0' }, login: justNow, interaction: { loggedInAt } },
  ],
  [
    'OpenID Connect Core §3.1.2.6: max_age passed and prompt=none: login_required',
    'login_required',
    { request: { max_age: '99', prompt: 'none' } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: prompt=select_account asks which account',
    'select_account',
    { request: { prompt: 'select_account' } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: the account is asked once',
    'ask read |',
    { request: { prompt: 'select_account' }, interaction: { selectedAt: now } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: who logs in has chosen',
    'ask read |',
    { request: { prompt: 'select_account' }, login: justNow, interaction: { loggedInAt } },
  ],
  [
    'OpenID Connect Core §5.5.1: another sub is asked for: login',
    'login again',
    { request: { claims: '{"id_token":{"sub":{"value":"user-bob"}}}' } },
  ],
  [
    'OpenID Connect Core §5.5.1: another sub logged in: login_required',
    'login_required',
    { request: { claims: '{"userinfo":{"sub":{"value":"user-bob"}}}' }, login: justNow, interaction: { loggedInAt } },
  ],
  [
    'OpenID Connect Core §5.5.1: this sub is asked for',
    'ask read |',
    { request: { claims: '{"id_token":{"sub":{"value":"user-alice"}}}' } },
  ],
  [
    'OpenID Connect Core §5.5.1.1: an essential acr that is reached',
    'ask read |',
    { request: { claims: '{"id_token":{"acr":{"essential":true,"values":["gold","urn:ambit:acr:password"]}}}' } },
  ],
  [
    'OpenID Connect Core §5.5.1.1: a voluntary acr does not stop anything',
    'ask read |',
    { request: { claims: '{"id_token":{"acr":{"values":["gold"]}}}' } },
  ],
  [
    'RFC 9470 §5: acr_values that the login has are no question',
    'ask read |',
    { request: { acr_values: 'gold urn:ambit:acr:password' }, login: { strongestAcr: code } },
  ],
  [
    'RFC 9470 §4: acr_values that the user can reach: the code is asked',
    'login_code',
    { request: { acr_values: code }, login: { strongestAcr: code } },
  ],
  [
    'RFC 9470 §5: acr_values that this user cannot reach: unmet_authentication_requirements',
    'unmet_authentication_requirements',
    { request: { acr_values: code } },
  ],
  [
    'RFC 9470 §4: a login with a code is also one with a password',
    'ask read |',
    { request: { acr_values: pwd }, login: { acr: code } },
  ],
  [
    'OpenID Connect Core §3.1.2.6: acr_values that want a code are not met without a page: login_required',
    'login_required',
    { request: { acr_values: code, prompt: 'none' }, login: { strongestAcr: code, grant: grant('read') } },
  ],
  [
    'OpenID Connect Core §5.5.1.1: an essential acr that the user can reach: the code is asked',
    'login_code',
    {
      request: { claims: `{"id_token":{"acr":{"essential":true,"values":["${code}"]}}}` },
      login: { strongestAcr: code },
    },
  ],
  [
    'a user whose logins all want a code is asked for one',
    'login_code',
    { login: { acrDemands: [[code]], strongestAcr: code } },
  ],
  [
    'scope that a stronger login opens: the code is asked',
    'login_code',
    { login: { opensMore: true, strongestAcr: code } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: scope that a stronger login opens is left out where no page may be shown',
    'proceed read',
    { request: { prompt: 'none' }, login: { opensMore: true, strongestAcr: code, grant: grant('read') } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: an account is chosen before its login is made stronger',
    'select_account',
    { request: { prompt: 'select_account', acr_values: code }, login: { strongestAcr: code } },
  ],
  ['OpenID Connect Core §3.1.2.4: scope that was never granted is asked', 'ask read write |', { scope: 'read write' }],
  [
    'OpenID Connect Core §3.1.2.4: only the difference is asked',
    'ask write | read',
    { scope: 'read write', login: { grant: grant('read') } },
  ],
  [
    'OpenID Connect Core §3.1.2.4: what is granted goes through without asking',
    'proceed read',
    { login: { grant: grant('read write') } },
  ],
  [
    'OpenID Connect Core §3.1.2.4: a granted umbrella covers what it reaches',
    'proceed read write',
    { scope: 'read write', login: { grant: grant('admin') } },
  ],
  [
    'OpenID Connect Core §3.1.2.4: what an umbrella reaches does not grant the umbrella',
    'ask admin |',
    { scope: 'admin', login: { grant: grant('read write') } },
  ],
  [
    'OpenID Connect Core §3.1.2.4: a scope whose meaning changed is asked again',
    'ask changed | read',
    { scope: 'read changed', login: { grant: grant('read changed') } },
  ],
  [
    'OpenID Connect Core §3.1.2.4: a grant that has expired is asked again',
    'ask read |',
    { login: { grant: grant('read', { expiresAt: now }) } },
  ],
  [
    'OpenID Connect Core §3.1.2.4: a grant that has not expired',
    'proceed read',
    { login: { grant: grant('read', { expiresAt: epochSeconds(now + 1) }) } },
  ],
  ['OpenID Connect Core §3.1.2.4: pre-granted scope is not asked', 'proceed openid', { scope: 'openid' }],
  [
    'OpenID Connect Core §11: offline_access is asked even where the catalogue would pre-grant it',
    'ask offline_access | openid',
    { scope: 'openid offline_access' },
  ],
  [
    'OpenID Connect Core §3.1.2.6: something is to be asked and prompt=none: consent_required',
    'consent_required',
    { request: { prompt: 'none' } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: nothing is to be asked and prompt=none',
    'proceed read',
    { request: { prompt: 'none' }, login: { grant: grant('read') } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: prompt=consent asks for all again',
    'ask read | openid',
    { scope: 'openid read', request: { prompt: 'consent' }, login: { grant: grant('read') } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: prompt=consent asks even where nothing can be refused',
    'ask  | openid',
    { scope: 'openid', request: { prompt: 'consent' } },
  ],
  [
    'OpenID Connect Core §3.1.2.1: an answer to prompt=consent counts, not what was granted before',
    'proceed write',
    {
      scope: 'read write',
      request: { prompt: 'consent' },
      login: { grant: grant('read') },
      interaction: { consented: 'write' },
    },
  ],
  [
    'RFC 6749 §3.3: the user may refuse one scope and go on',
    'proceed read',
    { scope: 'read write', interaction: { consented: 'read' } },
  ],
  [
    'RFC 6749 §3.3: what was granted before need not be ticked again',
    'proceed read write',
    { scope: 'read write', login: { grant: grant('read') }, interaction: { consented: 'write' } },
  ],
  [
    'RFC 6749 §3.3: an answer never adds what was not asked',
    'proceed read',
    { interaction: { consented: 'read write admin' } },
  ],
  [
    'RFC 6749 §4.1.2.1: the user refused everything: access_denied',
    'access_denied',
    { scope: 'read write', interaction: { consented: '' } },
  ],
  ['RFC 6749 §4.1.2.1: the user may not pass on anything: access_denied', 'access_denied', { login: { offered: '' } }],
  [
    'RFC 6749 §3.3: only what the user may pass on is asked',
    'ask read |',
    { scope: 'read write', login: { offered: 'read' } },
  ],
]

for (const [name, expected, situation] of cases) {
  test(name, async () => assert.equal(await decide(situation), expected))
}

test('RFC 6749 §3.3: a refused scope is recorded with its reason', async () => {
  const decided = decideAuthorization({
    catalogue,
    now,
    request: await requestOf({ scope: 'read write' }),
    login: {
      session: { authTime: now, acr: '' },
      subject: 'user-alice',
      strongestAcr: '',
      acrDemands: [],
      opensMore: false,
      offered: decisionOf(catalogue.set('read', 'write')),
    },
    interaction: { consented: 'read' },
  })
  assert.equal(decided.kind, 'proceed')
  assert.deepEqual(decided.kind === 'proceed' && decided.decision.steps, [
    { at: 'consent', refused: [{ token: 'write', reason: 'user_refused' }], left: 'read' },
  ])
})

const nativeRequest = { client_id: 'native', redirect_uri: 'http://127.0.0.1:5000/callback' }

test('RFC 8252 §8.6: an app that anybody could pretend to be is never answered without the user', async () => {
  const login = { grant: grant('read') }
  assert.equal(await decide({ request: nativeRequest, login }), 'ask  | read')
  assert.equal(await decide({ request: { ...nativeRequest, prompt: 'none' }, login }), 'consent_required')
  assert.equal(await decide({ request: nativeRequest, login, interaction: { consented: '' } }), 'proceed read')
})
