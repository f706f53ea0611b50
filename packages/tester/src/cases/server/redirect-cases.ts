// RFC 6749 §3.1, §3.1.2.3, §3.1.2.4; RFC 8252 §7.1, §7.3; RFC 9700 §2.1, §4.1
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ServerTarget, TestClient } from '../../target/target.ts'
import { judgeFront } from './authorization-judge.ts'
import { openRedirectorCase } from './redirect-errors.ts'
import { afterLoginCase } from './redirect-login.ts'
import { isLoopback, mutations } from './redirect-mutations.ts'
import { type ClientWish, webClient, withClient } from './server-case.ts'
import { authorizationRequest, visit } from './server-flow.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'
import { isConfidential, isOfUsers } from './token-ask.ts'

type Sent = { readonly redirectUri: string | readonly string[]; readonly sent: string }

/** Asks for a code at a redirect URI that must not be taken. */
async function tryUri(context: ServerContext, client: TestClient, { redirectUri, sent }: Sent): Promise<Judgement> {
  const { pairs } = await authorizationRequest(context, client, { redirect_uri: redirectUri })
  return judgeFront(await visit(context, client, pairs), { sent, client })
}

/** A case that asks for codes at bad redirect URIs; none of them may be taken. */
function aboutUris(
  text: CaseText,
  tries: (client: TestClient, server: ServerTarget) => readonly (Sent & { readonly variant: string })[],
): TestCase {
  return caseOnServer(text, server => {
    const wish = webClient(server)
    const client = server.clients.find(wish.fits)
    if (client === undefined) return wish.lacks
    return tries(client, server).map(({ variant, ...sent }) =>
      withClient(server, { variant, client: wish, run: context => tryUri(context, client, sent) }),
    )
  })
}

const foreignUri = 'https://attacker.example/callback'

const unregistered = aboutUris(
  {
    id: 'AS-RED-01',
    title: 'an address that nobody registered',
    why: 'Whoever can have the code sent to an address of their own logs in as somebody else with a single link.',
    remedy:
      'Compare the redirect URI with the registered ones, as texts, and show an error page where none is the same.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 6749 §3.1.2.4', 'RFC 9700 §2.1', 'OWASP ASVS 5.0 §10.4.1'],
    tags: ['authorization', 'redirect'],
  },
  (client, server) => {
    const others = server.clients
      .filter(({ clientId }) => clientId !== client.clientId)
      .flatMap(({ redirectUris }) => redirectUris)
    const other = others.find(uri => !client.redirectUris.includes(uri))
    return [
      { variant: 'of a stranger', redirectUri: foreignUri, sent: 'an address that nobody registered' },
      ...(other === undefined
        ? []
        : [{ variant: 'of another client', redirectUri: other, sent: 'the address of another client' }]),
    ]
  },
)

const mutated = aboutUris(
  {
    id: 'AS-RED-02',
    title: 'an address that looks like the registered one',
    why: 'Comparisons that forgive small differences can be led to an address that belongs to somebody else.',
    remedy: 'Compare redirect URIs as exact texts; only the port of a loopback address may differ.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9700 §4.1.1', 'RFC 9700 §4.1.3', 'RFC 6749 §3.1.2.3'],
    tags: ['authorization', 'redirect'],
  },
  ({ redirectUris: [registered = ''] }) => {
    const url = URL.parse(registered)
    if (url === null) return []
    return mutations.flatMap(({ variant, change }) => {
      const redirectUri = change(url, registered)
      return redirectUri === undefined
        ? []
        : [{ variant, redirectUri, sent: `the registered address with a difference (${variant})` }]
    })
  },
)

const loopbackClient: ClientWish = {
  fits: client => isOfUsers(client) && !isConfidential(client) && loopbackOf(client) !== undefined,
  lacks:
    'it needs a public client whose redirect URI is a loopback address, such as `http://127.0.0.1/callback`; configure one',
}

function loopbackOf({ redirectUris }: TestClient): URL | undefined {
  const urls = redirectUris.flatMap(uri => URL.parse(uri) ?? [])
  return urls.find(url => url.protocol === 'http:' && isLoopback(url) && url.hostname !== 'localhost')
}

const loopback: TestCase = caseOnServer(
  {
    id: 'AS-RED-03',
    title: 'the port of a program on the user’s machine',
    why: 'A program gets whatever port is free. If the server insists on one, it cannot log in; if it takes any host, codes leave the machine.',
    remedy: 'Let the port of a loopback redirect URI differ, and nothing else.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 8252 §7.3', 'RFC 9700 §2.1'],
    tags: ['authorization', 'redirect', 'native'],
  },
  server => [
    withClient(server, {
      variant: 'another port',
      client: loopbackClient,
      hasControl: false,
      run: async (context, client) => {
        const url = new URL(loopbackOf(client) ?? '')
        url.port = '49152'
        const { pairs } = await authorizationRequest(context, client, { redirect_uri: url.href })
        const outcome = await visit(context, client, pairs)
        if (outcome.kind === 'stuck')
          return { verdict: 'inconclusive', reason: `the login could not be followed: ${outcome.reason}` }
        const isTaken = outcome.kind === 'redirected' && outcome.parameters.has('code')
        return isTaken
          ? { verdict: 'pass', reason: 'the registered address with another port was accepted' }
          : {
              verdict: 'fail',
              reason: 'the registered address with another port was refused',
              complaint: 'another port is refused',
            }
      },
    }),
    withClient(server, {
      variant: 'another host',
      client: loopbackClient,
      run: async (context, client) => {
        const url = new URL(loopbackOf(client) ?? '')
        return tryUri(context, client, {
          redirectUri: `http://192.0.2.1${url.pathname}`,
          sent: 'an address of another machine',
        })
      },
    }),
  ],
)

const twice = aboutUris(
  {
    id: 'AS-RED-04',
    title: 'two redirect URIs at once',
    why: 'If one part of the server checks the first and another uses the last, a good address lets a bad one through.',
    remedy: 'Refuse requests in which a parameter comes twice.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 6749 §3.1'],
    tags: ['authorization', 'redirect'],
  },
  ({ redirectUris: [good = ''] }) => [
    { variant: 'the good one first', redirectUri: [good, foreignUri], sent: 'a good address followed by a bad one' },
    { variant: 'the bad one first', redirectUri: [foreignUri, good], sent: 'a bad address followed by a good one' },
  ],
)

const scripts = aboutUris(
  {
    id: 'AS-RED-07',
    title: 'an address that is a script',
    why: 'A redirect to `javascript:` runs the attacker’s program in the server’s own page; other schemes open programs on the machine.',
    remedy: 'Take only https addresses, loopback addresses, and schemes that a native client registered.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 9700 §4.1.3', 'RFC 8252 §7.1'],
    tags: ['authorization', 'redirect'],
  },
  () =>
    [
      'javascript:alert(1)',
      'data:text/html,hello',
      'vbscript:hello',
      'file:///hello',
      'com.attacker.example:/callback',
    ].map(uri => ({
      variant: `\`${uri.split(':')[0]}:\``,
      redirectUri: uri,
      sent: `an address of the scheme \`${uri.split(':')[0]}:\``,
    })),
)

/** Cases about where codes and errors are sent. */
export const redirectCases: readonly TestCase[] = [
  unregistered,
  mutated,
  loopback,
  twice,
  openRedirectorCase,
  afterLoginCase,
  scripts,
]
