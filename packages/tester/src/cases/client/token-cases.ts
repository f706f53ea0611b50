// OpenID Connect Core §3.1.3.7; RFC 6749 §5.1; RFC 9700 §4.2, §4.3
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ClientUnderTest, PlayedAnswer } from '../../target/target.ts'
import { scopeTokens } from '../../tokens/token-response.ts'
import { inconclusive, isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { finding, pass } from '../server/token-refusal.ts'
import { type ClientTrial, clientCase } from './client-case.ts'
import { begin, comeBack, endOf, isWell, logIn, problemOfLogin } from './client-visit.ts'

const identityText: CaseText = {
  id: 'CL-NON-01',
  title: 'an ID token that is not for this login',
  why: 'By the ID token the client knows who is in front of it. One that is unsigned, for another client or from another login lets anybody in as anybody.',
  remedy: 'Verify signature, `iss`, `aud`, `exp` and `nonce` of the ID token before the user is logged in.',
  severity: 'critical',
  level: 'L0',
  sources: ['OpenID Connect Core §3.1.3.7', 'OWASP ASVS 5.0 §10.5.1', 'OWASP ASVS 5.0 §10.5.4'],
  tags: ['client', 'openid', 'id token'],
}

/** CL-NON-01: ID tokens with one mistake each. */
const badIdToken: TestCase = clientCase(identityText, [
  mistaken('wrong nonce', { claims: { nonce: 'the-nonce-of-somebody-else' } }, asked => asked.has('nonce')),
  mistaken('no nonce', { claims: { nonce: undefined } }, asked => asked.has('nonce')),
  mistaken('wrong aud', { claims: { aud: 'somebody-else' } }),
  mistaken('wrong iss', { claims: { iss: 'https://other.tester.test' } }),
  mistaken('alg none', { header: { alg: 'none' } }),
  mistaken('another key', { hasOtherKey: true }),
  mistaken('expired', { claims: { iat: 1_000_000_000, exp: 1_000_000_300 } }),
])

function mistaken(
  variant: string,
  idToken: NonNullable<PlayedAnswer['idToken']>,
  applies: (asked: ReadonlyMap<string, string>) => boolean = () => true,
): ClientTrial {
  return {
    variant,
    run: async (context, client) => {
      const begun = await begin(context, client)
      if (isJudgement(begun)) return begun
      if (!scopeTokens(begun.asked.get('scope') ?? '').includes('openid'))
        return notApplicable('the client does not ask for `openid`, and gets no ID token')
      if (!applies(begun.asked)) return notApplicable('the client sends no `nonce`')
      const code = client.server.issue({ asked: begun.asked, idToken })
      const bad = await comeBack(client, begun, { code })
      if (!client.server.redemptions(code).some(({ tokens }) => tokens.length > 0))
        return inconclusive('the client did not redeem the code, so it saw no ID token')
      return compareWithGood(context, client, { variant, end: endOf(bad), isWell: isWell(bad) })
    },
  }
}

type Ended = { readonly variant: string; readonly end: string; readonly isWell: boolean }

/** Accepted is what ends where a good login ends. */
async function compareWithGood(context: ProbeContext, client: ClientUnderTest, bad: Ended): Promise<Judgement> {
  const sent = `an ID token with the mistake “${bad.variant}”`
  const good = await logIn(context, client)
  if (isJudgement(good)) return good
  if (!isWell(good.arrival)) return inconclusive('not even a good login came to its end at the client')
  if (!bad.isWell) return pass(`${sent} was refused: the client showed an error`)
  return bad.end === endOf(good.arrival)
    ? finding('fail', { reason: `${sent} was taken: the login ended as a good one does`, complaint: 'accepted' })
    : pass(`${sent} was refused: the login did not end as a good one does`)
}

const fewerText: CaseText = {
  id: 'CL-GRA-01',
  title: 'fewer scopes than were asked for',
  why: 'Users may leave scopes out. A client that breaks then takes the choice from them.',
  remedy: 'Read `scope` of the token answer, go on with what there is, and say what does not work without the rest.',
  severity: 'low',
  level: 'L0',
  sources: ['RFC 6749 §5.1', 'RFC 6749 §3.3'],
  tags: ['client', 'scope'],
}

/** CL-GRA-01: one scope less, and nothing but `openid`. */
const fewerScopes: TestCase = clientCase(fewerText, [
  { variant: 'one less', run: (context, client) => tryFewer(context, client, asked => asked.slice(0, -1)) },
  { variant: 'almost nothing', run: (context, client) => tryFewer(context, client, asked => asked.slice(0, 1)) },
])

async function tryFewer(
  context: ProbeContext,
  client: ClientUnderTest,
  choose: (asked: readonly string[]) => readonly string[],
): Promise<Judgement> {
  const begun = await begin(context, client)
  if (isJudgement(begun)) return begun
  const asked = scopeTokens(begun.asked.get('scope') ?? '')
  if (asked.length < 2) return notApplicable('the client asks for one scope at most')
  const scope = choose(asked)
  const code = client.server.issue({ asked: begun.asked, scope })
  const arrival = await comeBack(client, begun, { code })
  const sent = `a grant of \`${scope.join(' ')}\` where \`${asked.join(' ')}\` was asked for`
  if (arrival.kind === 'page' && arrival.response.status >= 500)
    return finding('fail', { reason: `${sent} made the client fail (${arrival.response.status})`, complaint: 'broken' })
  if (arrival.kind === 'stuck')
    return finding('fail', { reason: `${sent} led the browser nowhere: ${arrival.reason}`, complaint: 'broken' })
  const problem = await problemOfLogin(context, client)
  if (problem !== undefined) return problem
  if (arrival.kind === 'stopped')
    return finding('warn', {
      reason: `${sent} made the client ask again at once, which may have no end`,
      complaint: 'asks again',
    })
  return pass(`${sent} left the client whole (${arrival.response.status})`)
}

/** CL-NON-01 and CL-GRA-01: what the server gives. */
export const givenTokenCases: readonly TestCase[] = [badIdToken, fewerScopes]
