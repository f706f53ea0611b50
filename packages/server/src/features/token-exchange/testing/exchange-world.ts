import { defineScopes } from '@ambit/scope'
import type { Feature } from '../../../feature.ts'
import type { ClientRecord } from '../../../ports/records.ts'
import { inventory, pets } from '../../../testing/catalogue.ts'
import { testClient } from '../../../testing/clients.ts'
import { postToken, redeem, tokensOf } from '../../../testing/token-requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from '../../../testing/world.ts'
import type { ExchangePolicy, TokenExchangeOptions } from '../exchange-policy.ts'
import { tokenExchange } from '../token-exchange.ts'
import { tokenExchangeGrantType, tokenTypes } from '../token-type.ts'

/** Scopes of two resources, of which one reaches the other. */
export const exchangeCatalogue = defineScopes({
  scopes: {
    openid: { consent: 'mandatory' },
    offline_access: { grantTypes: ['authorization_code', 'refresh_token'] },
    profile: {},
    read_pets: { resource: pets, default: true },
    write_pets: { resource: pets },
    adopt: { resource: pets, implies: ['read_pets', 'order'] },
    browser_only: { resource: pets, grantTypes: ['authorization_code'] },
    vault: { resource: pets, acr: 'urn:example:strong' },
    order: { resource: inventory },
    'order:items': { resource: inventory },
  },
})

const everything = exchangeCatalogue.names.join(' ')
const grantTypes = [tokenExchangeGrantType, 'client_credentials', 'authorization_code']

/** Clients that exchange: the API of the pets, which is a client too, an agent, and one that may nothing. */
export const exchangeClients = {
  petsApi: testClient({ name: 'pets-api', grantTypes, scope: everything, introspects: [pets] }),
  agent: testClient({ name: 'agent', grantTypes, scope: everything }),
  narrow: testClient({ name: 'narrow', grantTypes, scope: 'order:items read_pets' }),
  open: testClient({ name: 'open', grantTypes, scope: everything, authenticationMethod: 'none' }),
  bystander: testClient({ name: 'bystander', grantTypes, scope: everything }),
  pairwiseApi: testClient({ name: 'pairwise-api', grantTypes, scope: everything, subjectType: 'pairwise' }),
} as const satisfies Readonly<Record<string, ClientRecord>>

/** A policy by which the API of the pets calls the inventory for its callers, with changes. */
export function policy(changes: Partial<ExchangePolicy> = {}): ExchangePolicy {
  return { client: 'pets-api', audience: inventory, mode: 'delegation', subjectAudience: [pets], ...changes }
}

type Given = Omit<WorldOverrides, 'features'> & {
  readonly policies?: readonly ExchangePolicy[]
  readonly options?: Partial<TokenExchangeOptions>
  readonly features?: readonly Feature[]
}

/** A world in which these policies are mounted. */
export async function exchangeWorld(given: Given = {}): Promise<TestWorld> {
  const { policies = [policy()], options, features = [], clients = [], ...overrides } = given
  return testWorld({
    catalogue: exchangeCatalogue,
    ...overrides,
    clients: [...Object.values(exchangeClients), ...clients],
    features: [tokenExchange({ policies, ...options }), ...features],
  })
}

/** The access token of a whole code grant of `web`. */
export async function subjectToken(world: TestWorld, given: Parameters<typeof redeem>[1] = {}): Promise<string> {
  return (await redeem(world, { scope: 'openid adopt', ...given })).access_token
}

/** The token that a client gets for itself. */
export async function ownToken(world: TestWorld, client: string, scope = 'read_pets'): Promise<string> {
  return tokensOf(await postToken(world, { grant_type: 'client_credentials', scope }, client)).access_token
}

/** The form of an exchange for the inventory. */
export function exchangeForm(token: string, changes: Readonly<Record<string, string | readonly string[] | undefined>>) {
  return {
    grant_type: tokenExchangeGrantType,
    subject_token: token,
    subject_token_type: tokenTypes.accessToken,
    audience: inventory,
    ...changes,
  }
}

/** Exchanges a token, as the API of the pets unless another client is named. */
export async function exchange(
  world: TestWorld,
  token: string,
  changes: Parameters<typeof exchangeForm>[1] = {},
  client = 'pets-api',
) {
  return postToken(world, exchangeForm(token, changes), client)
}
