import { setTimeout as pause } from 'node:timers/promises'
import { haste } from './foreign-world.ts'
import { honoNotes, needs, refuse, type Traits, type Verdict, verifyWithJose } from './hono-notes.ts'
import { type MakeApi, opaqueResource, type Setting, scopes } from './setting.ts'

function usual(setting: Setting): Traits {
  return { verify: verifyWithJose(setting), needs, refuse }
}

/** Hono with `jose`, with all that its documentation advises. */
export const careful: MakeApi = setting => honoNotes(usual(setting))

/** Says 404 of whatever the caller may not see, and asks for a token only where none came. */
export const hiding: MakeApi = setting =>
  honoNotes({
    ...usual(setting),
    refuse: (context, refusal) =>
      refusal.why === 'too little scope' ? context.json({ error: 'nothing here' }, 404) : refuse(context, refusal),
  })

/** Lets so many calls pass each second, of which there are more for whoever is in haste, and tells the others to wait. */
export function throttled(most: number): MakeApi {
  return setting => {
    let second = 0
    let calls = 0
    return honoNotes({
      ...usual(setting),
      before: async (context, next) => {
        const now = Math.floor((Date.now() * haste) / 1000)
        calls = now === second ? calls + 1 : 1
        second = now
        return calls > most ? context.text('slowly', 429, { 'retry-after': '1' }) : next()
      },
    })
  }
}

/** A web application at heart: strangers are led to a page where they can log in, and errors are pages. */
export const website: MakeApi = setting =>
  honoNotes({
    ...usual(setting),
    refuse: (context, { why }) =>
      why === 'too little scope'
        ? context.html('<!doctype html><h1>Not for you</h1>', 403)
        : context.redirect(`/login?to=${encodeURIComponent(context.req.path)}`),
    missing: context =>
      context.req.path === '/login'
        ? context.html('<!doctype html><form method="post"><input name="user"></form>')
        : context.html('<!doctype html><h1>Nothing here</h1>', 404),
    onError: (_error, context) => context.html('<!doctype html><h1>Something went wrong</h1>', 500),
  })

/** The key that everybody who calls `keyed` must have beside a token. */
export const apiKey = 'k-3b1f9a6e0c'

/** Wants a key of each partner beside the token. */
export const keyed: MakeApi = setting =>
  honoNotes({
    ...usual(setting),
    before: async (context, next) =>
      context.req.path === '/health' || context.req.header('x-api-key') === apiKey
        ? next()
        : context.json({ error: 'no key' }, 403),
  })

/** Repeats in each error what was asked for, and minds no parameter that it does not know. */
export const talkative: MakeApi = setting =>
  honoNotes({
    ...usual(setting),
    refuse: (context, refusal) => {
      const { headers, status } = refuse(context, refusal)
      return context.json(
        { error: refusal.why, asked: Object.fromEntries(new URL(context.req.url).searchParams) },
        {
          status: status === 403 ? 403 : 401,
          headers: Object.fromEntries(headers),
        },
      )
    },
    missing: context => context.json({ error: `there is no ${context.req.path}` }, 404),
  })

/** Takes its time for everything. */
export function slow(milliseconds: number): MakeApi {
  return setting =>
    honoNotes({
      ...usual(setting),
      before: async (_context, next) => {
        await pause(milliseconds)
        return next()
      },
    })
}

/** Has forgotten the audience, looks for scope as a piece of text, lets everybody delete, and shows where it failed. */
export const careless: MakeApi = setting =>
  honoNotes({
    ...usual(setting),
    verify: verifyWithJose(setting, null),
    holds: (held, wanted) => held.includes(wanted),
    mayRemove: () => true,
    onError: (error, context) => context.json({ error: 'server_error', stack: error.stack ?? '' }, 500),
  })

/** Asks about each token, and believes nothing that the answer does not say. */
export const asking: MakeApi = setting =>
  honoNotes({ needs: scopes[opaqueResource], refuse, verify: token => ask(setting, token) })

async function ask({ issuer, introspection }: Setting, token: string): Promise<Verdict> {
  const { endpoint, clientId, clientSecret } = introspection
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':')
  const headers = { authorization: `Basic ${btoa(credentials)}` }
  const response = await fetch(endpoint, { method: 'POST', headers, body: new URLSearchParams({ token }) })
  if (!response.ok) return 'unknown'
  const {
    active,
    iss,
    aud,
    exp,
    sub,
    scope,
    token_type: type,
  } = (await response.json()) as Readonly<Record<string, unknown>>
  const isOurs = [aud].flat().includes(opaqueResource) && iss === issuer
  const isNow = typeof exp === 'number' && exp * 1000 > Date.now()
  if (active !== true || type !== 'Bearer' || !isOurs || !isNow) return 'bad'
  return { sub: String(sub), scope: typeof scope === 'string' ? scope : '' }
}
