import { after, type HttpRequest, isRefusal, type Parameters, parseForm, seconds } from '@ambit/protocol'
import { type Feature, type Grant, nodeCrypto, type RequestSource, registration, type Store } from '@ambit/server'
import type { CaseId } from '@ambit/tester'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { parseParameters, printParameters } from '../../packages/server/src/authorize/parameters.ts'
import { testCatalogue } from '../../packages/server/src/testing/catalogue.ts'
import { clientSecret } from '../../packages/server/src/testing/clients.ts'
import { clientId } from '../../packages/server/src/testing/ids.ts'
import { type Handle, type Plant, plantedClients } from './planted-server.ts'

/** A defect of our real server: what is wrong, how it is planted, and which trials of which case must find it. */
export type PlantedServerDefect = {
  readonly what: string
  readonly found: CaseId
  readonly variants: readonly string[]
  readonly plant: Plant
}

/** Replaces one feature and leaves the others. */
function instead(name: string, change: (feature: Feature) => Feature): Plant {
  return { feature: feature => (feature.name === name ? change(feature) : feature) }
}

type Resolve = RequestSource['resolve']

/** Lets a source of requests judge otherwise. */
function resolving(name: string, change: (resolve: Resolve) => Resolve): Plant {
  return instead(name, feature => ({
    ...feature,
    requestSources: (feature.requestSources ?? []).map(source => ({ ...source, resolve: change(source.resolve) })),
  }))
}

/** Lets the grants of a feature decide otherwise. */
function deciding(name: string, change: (decide: Grant['decide']) => Grant['decide']): Plant {
  return instead(name, feature => ({
    ...feature,
    grants: (feature.grants ?? []).map(grant => ({ ...grant, decide: change(grant.decide) })),
  }))
}

function overStore(change: (store: Store) => Partial<Store>): Plant {
  return { store: store => ({ ...store, ...change(store) }) }
}

/** Rewrites the form of what is posted to a path, as a careless part in front would. */
function rewriting(path: string, change: (form: URLSearchParams, request: HttpRequest) => void): Plant {
  const front = (handle: Handle): Handle => {
    return async request => {
      if (request.path !== path || request.method !== 'POST') return handle(request)
      const form = new URLSearchParams(request.body)
      change(form, request)
      return handle({ ...request, body: form.toString() })
    }
  }
  return { front }
}

function parametersOf(pairs: readonly (readonly [string, string])[]): Parameters {
  const read = parseForm(new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString())
  if (isRefusal(read)) throw new TypeError('the parameters of a defect cannot be read')
  return read
}

/** The parameters with one of them as it stands outside. */
function withOutside(inside: Parameters, outside: Parameters, name: string): Parameters {
  const form = new URLSearchParams(printParameters(inside))
  const value = outside.get(name)
  if (value !== undefined) form.set(name, value)
  const read = parseParameters(form.toString())
  return isRefusal(read) ? inside : read
}

function without(form: Parameters, name: string): Parameters {
  return {
    get: each => (each === name ? undefined : form.get(each)),
    all: each => (each === name ? [] : form.all(each)),
    names: form.names.filter(each => each !== name),
  }
}

function outsideWins(source: string, name: string): Plant {
  return resolving(source, resolve => async (context, exchange, sent) => {
    const resolved = await resolve(context, exchange, sent)
    if (resolved === undefined || isRefusal(resolved)) return resolved
    return { ...resolved, parameters: withOutside(resolved.parameters, sent, name) }
  })
}

/** Takes what a request object says although it was refused, where the mistake is the one that is overlooked. */
function overlooking(isOverlooked: (header: { alg?: string }, claims: Record<string, unknown>) => boolean): Plant {
  return resolving('requestObjects', resolve => async (context, exchange, sent) => {
    const resolved = await resolve(context, exchange, sent)
    const object = sent.get('request')
    if (object === undefined || resolved === undefined || !isRefusal(resolved)) return resolved
    const [header, claims] = [decodeProtectedHeader(object), { ...decodeJwt(object) }]
    if (!isOverlooked({ ...(header.alg !== undefined && { alg: header.alg }) }, claims)) return resolved
    const pairs = Object.entries(claims).flatMap(([name, value]) =>
      typeof value === 'string' && !['iss', 'aud', 'jti'].includes(name) ? [[name, value] as const] : [],
    )
    return { kind: 'resolved', parameters: parametersOf(pairs), by: ['requestObjects'] }
  })
}

/** The members of a registration. */
function metadataIn({ body = '{}' }: HttpRequest): Readonly<Record<string, unknown>> {
  const read: unknown = JSON.parse(body)
  return typeof read === 'object' && read !== null ? { ...read } : {}
}

/** Registers with members that were tidied up, so that the bad ones pass. */
function tidying(change: (uri: string) => string): Plant {
  const front = (handle: Handle): Handle => {
    return async request => {
      if (request.path !== '/register' || request.method !== 'POST') return handle(request)
      const metadata = metadataIn(request)
      const { redirect_uris: given } = metadata
      const uris = Array.isArray(given) ? given.filter(uri => typeof uri === 'string').map(change) : given
      return handle({ ...request, body: JSON.stringify({ ...metadata, redirect_uris: uris }) })
    }
  }
  return { front }
}

/** Remembers what it gave for a device code, and gives it again. */
function repeatingDevices(): Plant {
  const given = new Map<string, Awaited<ReturnType<Handle>>>()
  const front = (handle: Handle): Handle => {
    return async request => {
      const code = request.path === '/token' ? new URLSearchParams(request.body).get('device_code') : null
      const known = code === null ? undefined : given.get(code)
      if (known !== undefined) return known
      const response = await handle(request)
      if (code !== null && response.status === 200) given.set(code, response)
      return response
    }
  }
  return { front }
}

/** Forgets what was seen before of one kind. */
function forgetting(kind: string): Plant {
  const [crypto, hashes] = [nodeCrypto(), new Set<string>()]
  const hash: typeof crypto.hash = text => {
    const made = crypto.hash(text)
    if (text.startsWith(kind)) hashes.add(made)
    return made
  }
  return {
    options: { crypto: { ...crypto, hash } },
    store: store => ({
      ...store,
      remember: async (seen, until) => hashes.has(seen) || store.remember(seen, until),
    }),
  }
}

/** Every defect, each alone. */
export const plantedServerDefects: Readonly<Record<string, PlantedServerDefect>> = {
  'par-used-twice': {
    what: 'a pushed request is good more than once',
    found: 'AS-PAR-02',
    variants: ['twice'],
    plant: overStore(store => ({
      takeTicket: (ref, kind) =>
        kind === 'pushed_request' ? store.findTicket(ref, kind) : store.takeTicket(ref, kind),
    })),
  },
  'par-of-another-client': {
    what: 'a pushed request is good for any client that names it',
    found: 'AS-PAR-02',
    variants: ['another client'],
    plant: resolving('pushedRequests', resolve => async (context, exchange, sent) => {
      const own = await resolve(context, exchange, sent)
      const reference = sent.get('request_uri')
      if (own === undefined || !isRefusal(own) || reference === undefined) return own
      for (const name of plantedClients) {
        const asked = parametersOf([
          ['client_id', `planted-${name}`],
          ['request_uri', reference],
        ])
        const other = await resolve(context, exchange, asked)
        if (other !== undefined && !isRefusal(other)) return other
      }
      return own
    }),
  },
  'par-never-expires': {
    what: 'a pushed request outlives what the answer says',
    found: 'AS-PAR-02',
    variants: ['expired'],
    plant: overStore(store => ({
      findTicket: async (ref, kind) => {
        const found = await store.findTicket(ref, kind)
        const isPushed = found !== undefined && kind === 'pushed_request'
        return isPushed ? { ...found, expiresAt: after(found.expiresAt, seconds(86_400)) } : found
      },
    })),
  },
  'par-by-anybody': {
    what: 'whoever does not authenticate is taken for the client that the form names',
    found: 'AS-PAR-01',
    variants: ['no authentication'],
    plant: {
      front: handle => async request => {
        const isNameless = request.path === '/par' && request.headers['authorization'] === undefined
        const isWeb = new URLSearchParams(request.body).get('client_id') === 'planted-web'
        return handle(
          isNameless && isWeb
            ? { ...request, headers: { ...request.headers, authorization: basicOf('planted-web') } }
            : request,
        )
      },
    },
  },
  'par-nested': {
    what: 'a reference inside a pushed request is overlooked',
    found: 'AS-PAR-01',
    variants: ['request_uri inside'],
    plant: rewriting('/par', form => form.delete('request_uri')),
  },
  'par-optional': {
    what: 'requests need not be pushed, although the metadata say so',
    found: 'AS-PAR-03',
    variants: [''],
    plant: instead('pushedRequests', feature => ({ ...feature, requestRules: [] })),
  },
  'par-outside-wins': {
    what: 'the state of the address wins over that of the pushed request',
    found: 'AS-PAR-04',
    variants: ['pushed, other state'],
    plant: outsideWins('pushedRequests', 'state'),
  },
  'jar-outside-wins': {
    what: 'the scope beside a signed request wins over that inside',
    found: 'AS-PAR-04',
    variants: ['signed, other scope'],
    plant: outsideWins('requestObjects', 'scope'),
  },
  'jar-unsigned': {
    what: 'a request object with `alg: none` is believed',
    found: 'AS-JAR-01',
    variants: ['alg none'],
    plant: overlooking(({ alg }) => alg === 'none'),
  },
  'jar-of-another-client': {
    what: 'a request object of another issuer is believed',
    found: 'AS-JAR-01',
    variants: ['iss of another client'],
    plant: overlooking((_, { iss, client_id }) => iss !== client_id),
  },
  'jar-expired': {
    what: 'a request object that is over is believed',
    found: 'AS-JAR-01',
    variants: ['expired'],
    plant: overlooking((_, { exp }) => Number(exp) < Date.now() / 1000 - 60),
  },
  'request-uri-fetched': {
    what: 'an address in `request_uri` is fetched, whoever registered it',
    found: 'AS-JAR-02',
    variants: [''],
    plant: resolving('requestObjects', resolve => async (context, exchange, sent) => {
      const uri = sent.get('request_uri')
      if (uri?.startsWith('http') === true) await fetch(uri).catch(() => undefined)
      return resolve(context, exchange, sent)
    }),
  },
  'dpop-replayed': {
    what: 'a proof is good more than once',
    found: 'AS-DPO-01',
    variants: ['used before'],
    plant: forgetting('dpop proof'),
  },
  'dpop-unverified': {
    what: 'the signature of a proof is not verified',
    found: 'AS-DPO-01',
    variants: ['another signature'],
    plant: instead('dpop', feature => ({
      ...feature,
      senderBindings: (feature.senderBindings ?? []).map(binding => ({
        ...binding,
        prove: async (context, exchange, question) => {
          const proved = await binding.prove(context, exchange, question)
          const field = exchange.request.headers['dpop']
          const isUnsigned = isRefusal(proved) && proved.reason?.includes('no good signature') === true
          if (!isUnsigned || typeof field !== 'string') return proved
          const { x, y } = decodeProtectedHeader(field).jwk ?? {}
          return { confirmation: { jkt: context.crypto.hash(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y })) } }
        },
      })),
    })),
  },
  'dpop-refresh-unbound': {
    what: 'a refresh token forgets the key that it is bound to',
    found: 'AS-DPO-01',
    variants: ['another key on refresh', 'no proof on refresh'],
    plant: overStore(store => ({
      findSpendable: async (ref, kind) => {
        const found = await store.findSpendable(ref, kind)
        if (found === undefined || kind !== 'refresh_token') return found
        const { confirmation: _, ...record } = found.record
        return { ...found, record }
      },
    })),
  },
  'dpop-jkt-ignored': {
    what: 'the key that an authorization request names is not kept with its code',
    found: 'AS-COD-07',
    variants: ['another key', 'no key'],
    plant: rewriting('/par', form => form.delete('dpop_jkt')),
  },
  'device-unslowed': {
    what: 'a device may ask as often as it likes',
    found: 'AS-DEV-01',
    variants: ['too fast'],
    plant: deciding('deviceFlow', decide => async (context, request) => {
      const decided = await decide(context, request)
      return isRefusal(decided) && decided.error === 'slow_down'
        ? { ...decided, error: 'authorization_pending' }
        : decided
    }),
  },
  'device-code-twice': {
    what: 'a device code gives its tokens again',
    found: 'AS-DEV-01',
    variants: ['twice'],
    plant: repeatingDevices(),
  },
  'device-code-of-another': {
    what: 'a device code is good for any client',
    found: 'AS-DEV-02',
    variants: ['another client'],
    plant: deciding('deviceFlow', decide => async (context, request) => {
      const own = await decide(context, request)
      if (!isRefusal(own)) return own
      for (const name of plantedClients) {
        const client = { ...request.client, clientId: clientId(`planted-${name}`) }
        const other = await decide(context, { ...request, client })
        if (!isRefusal(other)) return other
      }
      return own
    }),
  },
  'device-unthrottled': {
    what: 'codes of devices can be guessed without end',
    found: 'AS-DEV-02',
    variants: ['brute force'],
    plant: overStore(store => ({
      countFailure: async (key, at, ttl) => ({ ...(await store.countFailure(key, at, ttl)), count: 1 }),
    })),
  },
  'exchange-widened': {
    what: 'an exchange gives what the token to exchange did not hold',
    found: 'AS-EXC-01',
    variants: ['larger scope'],
    plant: deciding('tokenExchange', decide => async (context, request) => {
      const { form } = request
      const decided = await decide(context, { ...request, form: without(form, 'scope') })
      const asked = form.get('scope')?.split(' ')
      if (isRefusal(decided) || decided.kind !== 'issuance' || asked === undefined) return decided
      const { scope } = context.catalogue.read(asked)
      return { ...decided, decision: { ...decided.decision, scope }, grantScope: scope }
    }),
  },
  'exchange-anywhere': {
    what: 'an exchange overlooks an audience that it does not know',
    found: 'AS-EXC-01',
    variants: ['foreign audience'],
    plant: rewriting('/token', form => form.delete('audience')),
  },
  'registration-wishes': {
    what: 'who registers chooses the scope',
    found: 'AS-DCR-02',
    variants: ['scopes'],
    plant: {
      feature: feature => (feature.name === 'registration' ? openHanded : feature),
    },
  },
  'registration-http': {
    what: 'http redirect URIs are registered as if they were https',
    found: 'AS-DCR-01',
    variants: ['redirect URI with http'],
    plant: tidying(uri => uri.replace(/^http:/, 'https:')),
  },
  'registration-fragment': {
    what: 'redirect URIs with a fragment are registered without it',
    found: 'AS-DCR-01',
    variants: ['redirect URI with a fragment'],
    plant: tidying(uri => uri.replace(/#.*/, '')),
  },
  'registration-fetches': {
    what: 'the keys of a stranger are fetched from inside the network',
    found: 'AS-DCR-01',
    variants: ['jwks_uri'],
    plant: {
      front: handle => async request => {
        const { jwks_uri: address } = request.path === '/register' ? metadataIn(request) : {}
        if (typeof address === 'string') await fetch(address).catch(() => undefined)
        return handle(request)
      },
    },
  },
  'assertion-replayed': {
    what: 'a client assertion is good more than once',
    found: 'AS-CLI-06',
    variants: [''],
    plant: forgetting('client assertion'),
  },
  'assertion-for-endpoint': {
    what: 'a client assertion may name an endpoint instead of the issuer',
    found: 'AS-CLI-05',
    variants: ['token endpoint'],
    plant: { options: { assertionAudience: 'endpoint' } },
  },
  'introspection-for-anybody': {
    what: 'introspection tells every client about every token',
    found: 'AS-INT-02',
    variants: ['of another client'],
    plant: {
      front: handle => async request => {
        const isClient = request.path === '/introspect' && request.headers['authorization'] === basicOf('planted-other')
        return handle(
          isClient ? { ...request, headers: { ...request.headers, authorization: basicOf('api') } } : request,
        )
      },
    },
  },
  'iss-missing': {
    what: 'authorization responses do not say who gives them',
    found: 'AS-AUT-04',
    variants: ['with a code', 'with an error'],
    plant: {
      front: handle => async request => {
        const response = await handle(request)
        const location = response.headers['location']
        if (typeof location !== 'string' || !location.includes('iss=')) return response
        const url = new URL(location)
        url.searchParams.delete('iss')
        return { ...response, headers: { ...response.headers, location: url.href } }
      },
    },
  },
  'jarm-unsigned': {
    what: 'the signature of a signed response is empty',
    found: 'AS-AUT-04',
    variants: ['a signed answer'],
    plant: instead('jwtResponses', feature => ({
      ...feature,
      responseModes: (feature.responseModes ?? []).map(mode => ({
        ...mode,
        wrap: async (context, client, parameters) => {
          const { response = '' } = await mode.wrap(context, client, parameters)
          return { response: response.replace(/[^.]*$/, '') }
        },
      })),
    })),
  },
  'jarm-ignored': {
    what: 'the wish for a signed response is overlooked',
    found: 'AS-AUT-04',
    variants: ['a signed answer'],
    plant: instead('jwtResponses', feature => ({
      ...feature,
      responseModes: (feature.responseModes ?? []).map(mode => ({
        ...mode,
        wrap: async (_context, _client, parameters) => parameters,
      })),
    })),
  },
}

function basicOf(id: string): string {
  const secret = new URLSearchParams([['', clientSecret]]).toString().slice(1)
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}

const openHanded = registration({
  access: 'open',
  policy: { scope: testCatalogue.names.filter(name => !name.includes('{')) },
  limits: { perNetwork: 1000 },
})
