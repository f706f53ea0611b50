// RFC 9700 §4.7, §4.11.2; RFC 8252 §8.6; OpenID Connect Core §3.1.2.1, §3.1.2.4, §3.1.2.6
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { TestClient } from '../../target/target.ts'
import { textsIn } from '../../tokens/json-object.ts'
import { inconclusive, notApplicable } from '../resource/guarded-call.ts'
import { answerAt, endsWithCode, type Walk, walk, whyNoPage } from './authorization-walk.ts'
import { codeClient, publicClient, withClient } from './server-case.ts'
import { authorizationRequest } from './server-flow.ts'
import { caseOnServer, type ServerContext } from './server-trial.ts'

/** AS-AUT-08: no code without a question. */
export const silentCase: TestCase = caseOnServer(
  {
    id: 'AS-AUT-08',
    title: 'a code although the user was never asked',
    why: 'Anybody can say to be a public client. If the server asks nobody, a page that the user merely visits gets a code in their name.',
    remedy: 'Answer `prompt=none` by `consent_required` or `interaction_required` until the user has agreed once.',
    severity: 'high',
    level: 'L0',
    sources: ['OWASP ASVS 5.0 §10.7.1', 'RFC 9700 §4.11.2', 'RFC 8252 §8.6'],
    tags: ['authorization', 'consent'],
  },
  server => [withClient(server, { client: publicClient, hasControl: false, run: trySilently })],
)

async function trySilently(context: ServerContext, client: TestClient): Promise<Judgement> {
  for (const user of context.server.users.length > 1 ? (['second', 'first'] as const) : (['first'] as const)) {
    const { pairs } = await authorizationRequest(context, client)
    const walked = await walk(context, { client, pairs, user, until: 'consent' })
    if (walked.unanswered !== undefined) return judgeSilence(context, client, walked)
    if (!endsWithCode(walked)) return inconclusive(whyNoPage(walked, 'a consent page'))
  }
  const { pairs } = await authorizationRequest(context, client, { prompt: 'consent' })
  const asked = await walk(context, { client, pairs, until: 'consent' })
  if (asked.unanswered !== undefined)
    return inconclusive(
      'every user that is configured has agreed to this client before; take the consent back, and try again',
    )
  if (!endsWithCode(asked)) return inconclusive(whyNoPage(asked, 'a consent page'))
  return {
    verdict: 'fail',
    reason: 'a public client got a code although the user was never asked, not even where it asked for the question',
    complaint: 'no consent',
  }
}

/** The same browser once more, without any question being allowed. */
async function judgeSilence(context: ServerContext, client: TestClient, { agent }: Walk): Promise<Judgement> {
  const { pairs } = await authorizationRequest(context, client, { prompt: 'none' })
  const silent = await walk(context, { client, pairs, agent })
  if (endsWithCode(silent))
    return {
      verdict: 'fail',
      reason: '`prompt=none` gave a code although the user had not agreed',
      complaint: 'no consent',
    }
  const error = answerAt(silent.end).get('error')
  if (error === undefined) {
    if (silent.end.kind === 'stuck') return inconclusive(whyNoPage(silent, 'an answer'))
    return {
      verdict: 'warn',
      reason: '`prompt=none` was answered by a page, which nobody sees',
      complaint: 'a page instead of a redirect',
    }
  }
  if (error === 'login_required') return inconclusive('the server had forgotten who was logged in')
  const isRight =
    error === 'consent_required' || error === 'interaction_required' || error === 'account_selection_required'
  return isRight
    ? { verdict: 'pass', reason: `\`prompt=none\` was answered by \`${error}\` as long as the user had not agreed` }
    : {
        verdict: 'warn',
        reason: `\`prompt=none\` was answered by \`${error}\` instead of \`consent_required\``,
        complaint: 'another error',
      }
}

/** AS-AUT-09: what the consent page says. */
export const clearConsentCase: TestCase = caseOnServer(
  {
    id: 'AS-AUT-09',
    title: 'what the consent page says',
    why: 'Who does not learn who wants what, and for how long, cannot agree to it.',
    remedy: 'Name the client, each scope in words, and how long it lasts on the consent page.',
    severity: 'medium',
    level: 'L0',
    sources: ['OWASP ASVS 5.0 §10.7.2', 'OpenID Connect Core §3.1.2.4'],
    tags: ['authorization', 'consent', 'pages'],
  },
  server => {
    const supported = textsIn(server.metadata, 'scopes_supported') ?? []
    const scopes = ({ scope = supported }: TestClient) => scope.filter(each => each !== 'offline_access')
    const isClear = {
      ...codeClient,
      fits: (client: TestClient) => codeClient.fits(client) && scopes(client).length > 1,
    }
    const lacks = 'it needs a client for users with two scopes or more; say in the configuration which it may have'
    return [
      withClient(server, {
        client: { ...isClear, lacks },
        hasControl: false,
        run: (context, client) => readConsent(context, client, scopes(client)),
      }),
    ]
  },
)

async function readConsent(context: ServerContext, client: TestClient, scopes: readonly string[]): Promise<Judgement> {
  const [first = '', ...others] = scopes.includes('openid')
    ? ['openid', ...scopes.filter(each => each !== 'openid')]
    : scopes
  const more = others.at(-1) ?? ''
  const little = await consentText(context, client, [first])
  const much = await consentText(context, client, [first, more])
  if ('verdict' in much) return much
  if (!('verdict' in little) && little.text === much.text)
    return {
      verdict: 'fail',
      reason: `the consent page reads the same whether or not \`${more}\` is asked for`,
      complaint: 'the scope is not told',
    }
  const isNamed = [client.clientId, client.name].some(name => much.text.toLowerCase().includes(name.toLowerCase()))
  if (!isNamed && client.name === client.clientId)
    return inconclusive(
      `the consent page shows no \`${client.clientId}\`; say in the configuration under which name the server knows this client`,
    )
  if (!isNamed)
    return {
      verdict: 'warn',
      reason: `the consent page names neither \`${client.clientId}\` nor \`${client.name}\``,
      complaint: 'the client is not named',
    }
  if (
    !/\b(\d+\s*)?(second|minute|hour|day|week|month|year|until|offline|as long as|revoke|withdraw|stunde|tag|monat)/i.test(
      much.text,
    )
  )
    return {
      verdict: 'warn',
      reason: 'the consent page does not say how long the access lasts',
      complaint: 'no lifetime',
    }
  return { verdict: 'pass', reason: 'the consent page names the client, shows the scope, and says how long it lasts' }
}

async function consentText(
  context: ServerContext,
  client: TestClient,
  scope: readonly string[],
): Promise<{ readonly text: string } | Judgement> {
  const { pairs } = await authorizationRequest(context, client, { scope: scope.join(' '), prompt: 'consent' })
  const walked = await walk(context, { client, pairs, until: 'consent' })
  if (endsWithCode(walked)) return notApplicable('the server shows no consent page to this client')
  const page = walked.pages.find(({ kind }) => kind === 'consent')?.page
  if (page === undefined) return inconclusive(whyNoPage(walked, 'a consent page'))
  const labels = page.forms.flatMap(({ fields }) => fields.map(({ label }) => label))
  return { text: [page.title, page.text, ...labels.filter(label => label !== '')].join(' ') }
}
