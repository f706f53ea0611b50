import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { nodeListener } from './node-listener.ts'
import { openNotes, textIn } from './notes.ts'
import { type ForeignApi, jwtResource, type Setting, scopes } from './setting.ts'

/** What a guard reads of a token. */
type Caller = { readonly sub: string; readonly scope: string }

/** What a token turned out to be; `unknown`: nobody could be asked. */
export type Verdict = Caller | 'bad' | 'unknown'

/** Why somebody is not let in, and the scope that the operation wants. */
type Refusal = { readonly why: 'no token' | 'bad token' | 'too little scope'; readonly scope: string }

/** What makes each of these APIs another one. */
export type Traits = {
  readonly verify: (token: string) => Promise<Verdict>
  readonly needs: { readonly read: string; readonly write: string }
  readonly refuse: (context: Context, refusal: Refusal) => Response
  /** Stands before everything else. */
  readonly before?: MiddlewareHandler
  /** How scope is looked for (default: as a word). */
  readonly holds?: (held: string, wanted: string) => boolean
  /** Who may take a note away (default: its owner). */
  readonly mayRemove?: (owner: string, caller: string) => boolean
  readonly onError?: (error: Error, context: Context) => Response
  readonly missing?: (context: Context) => Response
}

type Env = { readonly Variables: { caller: string } }

/** Verifies tokens with `jose`, as its documentation shows it. */
export function verifyWithJose({ issuer, jwksUri }: Setting, audience: string | null = jwtResource): Traits['verify'] {
  const keys = createRemoteJWKSet(new URL(jwksUri), { cooldownDuration: 1000 })
  const wanted = { issuer, typ: 'at+jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'sub', 'client_id'] }
  return async token => {
    try {
      const { payload } = await jwtVerify(token, keys, { ...wanted, ...(audience !== null && { audience }) })
      const { sub = '', scope } = payload
      return { sub, scope: typeof scope === 'string' ? scope : '' }
    } catch {
      return 'bad'
    }
  }
}

/** Refuses as RFC 6750 says. */
export const refuse: Traits['refuse'] = (context, { why, scope }) => {
  const codes = { 'no token': '', 'bad token': ', error="invalid_token"', 'too little scope': '' }
  const code = why === 'too little scope' ? `, error="insufficient_scope", scope="${scope}"` : codes[why]
  const headers = { 'www-authenticate': `Bearer realm="notes"${code}`, 'cache-control': 'no-store' }
  return context.json({ error: why }, why === 'too little scope' ? 403 : 401, headers)
}

/** The scopes of the API whose tokens are JWTs. */
export const needs = scopes[jwtResource]

const hasWord = (held: string, wanted: string) => held.split(' ').includes(wanted)
const isOwner = (owner: string, caller: string) => owner === caller

/** An API of notes on Hono. */
export function honoNotes(traits: Traits): ForeignApi {
  const { before, missing = context => context.json({ error: 'nothing here' }, 404) } = traits
  const app = new Hono<Env>()
  if (before !== undefined) app.use(before)
  app.get('/health', context => context.json({ up: true }))
  addNotes(app, traits, missing)
  app.notFound(missing)
  app.onError(traits.onError ?? ((_error, context) => context.json({ error: 'server_error' }, 500)))
  return { listener: nodeListener(request => app.fetch(request)) }
}

function guardOf({ verify, refuse: say, holds = hasWord }: Traits, scope: string): MiddlewareHandler<Env> {
  return async (context, next) => {
    const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(context.req.header('authorization') ?? '') ?? []
    if (token === undefined) return say(context, { why: 'no token', scope })
    const caller = await verify(token)
    if (caller === 'unknown') return context.json({ error: 'later' }, 503, { 'retry-after': '1' })
    if (caller === 'bad') return say(context, { why: 'bad token', scope })
    if (!holds(caller.scope, scope)) return say(context, { why: 'too little scope', scope })
    context.set('caller', caller.sub)
    context.header('cache-control', 'no-store')
    return next()
  }
}

function addNotes(app: Hono<Env>, traits: Traits, missing: (context: Context) => Response): void {
  const notes = openNotes()
  const { needs: wanted, mayRemove = isOwner } = traits
  const [reads, writes] = [guardOf(traits, wanted.read), guardOf(traits, wanted.write)]
  app.get('/notes', reads, context => context.json(notes.of(context.get('caller'))))
  app.post('/notes', writes, async context => {
    const text = textIn(await context.req.json())
    return text === undefined
      ? context.json({ error: 'text is wanted' }, 400)
      : context.json(notes.add(context.get('caller'), text), 201)
  })
  app.get('/notes/:id', reads, context => {
    const note = notes.find(Number(context.req.param('id')))
    return note?.by === context.get('caller') ? context.json(note) : missing(context)
  })
  app.delete('/notes/:id', writes, context => {
    const note = notes.find(Number(context.req.param('id')))
    if (note === undefined || !mayRemove(note.by, context.get('caller'))) return missing(context)
    notes.remove(note.id)
    return context.body(null, 204)
  })
}
