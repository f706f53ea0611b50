// RFC 6749 §3.3, §4.1.3, §5.1; RFC 6819 §4.2.2
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ServerTarget, TestClient } from '../../target/target.ts'
import { textIn, textsIn } from '../../tokens/json-object.ts'
import { isOfOpenId } from '../../tokens/peculiarities.ts'
import { scopeTokens } from '../../tokens/token-response.ts'
import { isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { introspectionOf } from './introspection-ask.ts'
import { scopeCharacters } from './scope-characters.ts'
import { asksAbout } from './scope-consent.ts'
import { type Asking, askFrom, judgeScope } from './scope-request.ts'
import { resourceIndicators } from './scope-resource.ts'
import { codeClient } from './server-case.ts'
import type { ServerContext } from './server-trial.ts'
import { apiScopesOf, isMachine, isOfUsers } from './token-ask.ts'
import { accessClaims, type Granted, grantByCode, listed, serverOf } from './token-grant.ts'
import { finding, pass } from './token-refusal.ts'
import { machineClient, serverCase } from './token-trial.ts'

/** A scope that no server has. */
const unknownScope = 'tester:a-scope-that-nobody-knows'

const unknownText: CaseText = {
  id: 'AS-SCP-01',
  title: 'a scope that nobody knows',
  why: 'A client that believes it has a scope acts on it. A server that gives whatever is asked for lets clients invent rights.',
  remedy: 'Refuse unknown scopes by `invalid_scope`; or leave them out and say in `scope` what was given.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 6749 §3.3', 'RFC 6749 §5.1'],
  tags: ['scope'],
}

/** AS-SCP-01: unknown alone and among known ones, for users and for clients. */
const unknownScopes: TestCase = serverCase(unknownText, [
  {
    variant: 'unknown',
    client: codeClient,
    run: (context, client) => tryScope(context, client, { scope: [unknownScope], forbidden: [unknownScope] }),
  },
  {
    variant: 'known and unknown',
    client: codeClient,
    run: (context, client) =>
      tryScope(context, client, { scope: [...some(context, client), unknownScope], forbidden: [unknownScope] }),
  },
  {
    variant: 'client_credentials',
    client: machineClient,
    run: (context, client) =>
      tryScope(context, client, {
        scope: [...some(context, client), unknownScope],
        forbidden: [unknownScope],
        isForClient: true,
      }),
  },
])

function some(context: ServerContext, client: TestClient): readonly string[] {
  const [known] = apiScopesOf(client, context.target)
  return known === undefined ? (client.scope?.includes('openid') === false ? [] : ['openid']) : [known]
}

type Trying = {
  readonly scope: readonly string[]
  readonly forbidden: readonly string[]
  readonly isForClient?: boolean
}

async function tryScope(
  context: ServerContext,
  client: TestClient,
  { scope, forbidden, isForClient = false }: Trying,
): Promise<Judgement> {
  const asking: Asking = { client, scope: scope.join(' '), isForClient }
  const sent = `a request for ${listed(scope)}`
  return judgeScope(await askFrom(context, asking), { sent, forbidden, asked: scope })
}

const foreignText: CaseText = {
  id: 'AS-SCP-02',
  title: 'a scope that the client may not have',
  why: 'Each client is trusted with some scopes. Where it gets others by asking, the trust decides nothing.',
  remedy: 'Keep for each client which scopes it may ask for, and never put others into its tokens.',
  severity: 'critical',
  level: 'L0',
  sources: ['OWASP ASVS 5.0 §10.4.11', 'RFC 6819 §4.2.2'],
  tags: ['scope', 'client'],
}

/** AS-SCP-02: a scope of the server, or of another client. */
const foreignScopes: TestCase = serverCase(foreignText, [
  {
    variant: 'for a user',
    client: {
      fits: client => isOfUsers(client) && client.scope !== undefined,
      lacks: 'it needs a client for users whose `scope` is configured',
    },
    run: (context, client) => tryForeign(context, client, false),
  },
  {
    variant: 'client_credentials',
    client: {
      fits: client => isMachine(client) && client.scope !== undefined,
      lacks: 'it needs a client with `client_credentials` whose `scope` is configured',
    },
    run: (context, client) => tryForeign(context, client, true),
  },
])

async function tryForeign(context: ServerContext, client: TestClient, isForClient: boolean): Promise<Judgement> {
  const foreign = foreignTo(client, serverOf(context))
  if (foreign === undefined) return notApplicable('the client may have every scope that is known')
  return tryScope(context, client, { scope: [...some(context, client), foreign], forbidden: [foreign], isForClient })
}

function foreignTo(client: TestClient, { metadata, clients }: ServerTarget): string | undefined {
  const known = [...(textsIn(metadata, 'scopes_supported') ?? []), ...clients.flatMap(({ scope = [] }) => scope)]
  return known.find(token => !isOfOpenId(token) && client.scope?.includes(token) === false)
}

const defaultText: CaseText = {
  id: 'AS-SCP-03',
  title: 'no scope at all',
  why: 'A client that asks for nothing and gets everything holds rights that nobody wanted it to have.',
  remedy: 'Refuse by `invalid_scope`, or give a small default that is documented, and say in `scope` what it is.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 6749 §3.3'],
  tags: ['scope'],
}

/** AS-SCP-03: what is given where nothing is asked for. */
const defaultScope: TestCase = serverCase(defaultText, [
  { variant: 'for a user', client: codeClient, run: (context, client) => tryDefault(context, client, false) },
  { variant: 'client_credentials', client: machineClient, run: (context, client) => tryDefault(context, client, true) },
])

async function tryDefault(context: ServerContext, client: TestClient, isForClient: boolean): Promise<Judgement> {
  const answer = await askFrom(context, { client, scope: undefined, isForClient })
  const sent = 'a request without `scope`'
  if (answer.kind !== 'granted') return judgeScope(answer, { sent, forbidden: [], asked: [] })
  const { granted } = answer
  const held = granted.tokens.scope ?? (await scopeInside(context, granted))
  const outside = held?.filter(token => client.scope?.includes(token) === false && !isOfOpenId(token)) ?? []
  if (outside.length > 0) {
    const reason = `${sent} was given ${listed(outside)}, which the client may not have`
    return finding('fail', { reason, complaint: 'accepted' }, granted.exchange)
  }
  if (held?.length === 0) return pass(`${sent} was given a token that is good for nothing`, granted.exchange)
  return judgeScope(answer, { sent, forbidden: [], asked: [] })
}

/** What a token holds that the answer says nothing of; `undefined` where nobody can tell. */
async function scopeInside(context: ServerContext, granted: Granted): Promise<readonly string[] | undefined> {
  const { tokens, client } = granted
  const claims = accessClaims(context, granted) ?? (await introspectionOf(context, tokens.accessToken, client))?.answer
  return claims === undefined ? undefined : scopeTokens(textIn(claims, 'scope') ?? '')
}

const upgradeText: CaseText = {
  id: 'AS-SCP-05',
  title: 'more scope when the code is redeemed',
  why: 'The user agreed to what stood on the page. A client that adds a scope afterwards has asked nobody.',
  remedy: 'Ignore or refuse `scope` in the token request of a code: the authorization decides.',
  severity: 'critical',
  level: 'L0',
  sources: ['RFC 6749 §4.1.3', 'RFC 6749 §3.3'],
  tags: ['scope', 'code'],
}

const needsTwo = 'it needs a client that may ask for two scopes of the API; configure its `scope`'

/** AS-SCP-05: the authorization was for less. */
const upgradedScope: TestCase = serverCase(upgradeText, [
  {
    client: codeClient,
    run: async (context, client) => {
      const [allowed, more] = apiScopesOf(client, context.target)
      if (allowed === undefined || more === undefined) return notApplicable(needsTwo)
      const usual = await grantByCode(context, { client, scope: [allowed] })
      if (isJudgement(usual)) return usual
      if (usual.scope.includes(more))
        return notApplicable(`the server gives \`${more}\` to whoever asks for \`${allowed}\``)
      const redemption = { scope: `${allowed} ${more}` }
      const granted = await grantByCode(context, { client, scope: [allowed], redemption })
      if (isJudgement(granted)) return pass('a token request that adds a scope is refused', ...(granted.evidence ?? []))
      const { exchange, scope } = granted
      return scope.includes(more)
        ? finding(
            'fail',
            { reason: `the user allowed \`${allowed}\`, and the token holds ${listed(scope)}`, complaint: 'accepted' },
            exchange,
          )
        : pass(`a scope that the token request adds is ignored: the token holds ${listed(scope)}`, exchange)
    },
  },
])

const choiceText: CaseText = {
  id: 'AS-SCP-06',
  title: 'a scope that the user leaves out',
  why: 'A choice that changes nothing deceives the user; one that the client is not told of breaks the client.',
  remedy: 'Put into the token only what the user left ticked, and say in `scope` what that is.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 6749 §3.3', 'RFC 6749 §5.1'],
  tags: ['scope', 'consent'],
}

/** AS-SCP-06: a tick that is taken away. */
const deselectedScope: TestCase = serverCase(choiceText, [
  {
    client: codeClient,
    run: async (context, client) => {
      const [kept, dropped] = apiScopesOf(client, context.target)
      if (kept === undefined || dropped === undefined) return notApplicable(needsTwo)
      if (!(await asksAbout(context, client, dropped)))
        return notApplicable('the consent page does not let one choose among scopes')
      const granted = await grantByCode(context, { client, scope: [kept, dropped], conduct: { refuses: [dropped] } })
      if (isJudgement(granted)) return granted
      const { exchange, scope, tokens } = granted
      if (scope.includes(dropped))
        return finding(
          'fail',
          { reason: `the user left out \`${dropped}\`, and the token holds it`, complaint: 'accepted' },
          exchange,
        )
      if (tokens.scope === undefined || tokens.scope.includes(dropped))
        return finding(
          'fail',
          {
            reason: `the user left out \`${dropped}\`, and the answer does not tell the client`,
            complaint: 'not told',
          },
          exchange,
        )
      return pass(`what the user leaves out is not given, and the client is told: ${listed(tokens.scope)}`, exchange)
    },
  },
])

/** AS-SCP-01 to AS-SCP-07: which scope is given. */
export const serverScopeCases: readonly TestCase[] = [
  unknownScopes,
  foreignScopes,
  defaultScope,
  scopeCharacters,
  upgradedScope,
  deselectedScope,
  resourceIndicators,
]
