// RFC 6749 §10.12; RFC 9207 §2.4; RFC 9700 §2.1, §4.5, §4.7
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { Secret } from '../../secret/secret.ts'
import type { ClientUnderTest } from '../../target/target.ts'
import { inconclusive, isJudgement } from '../resource/guarded-call.ts'
import { finding, pass } from '../server/token-refusal.ts'
import { type ClientTrial, clientCase } from './client-case.ts'
import { begin, comeBack, logIn, problemOfLogin } from './client-visit.ts'

const stateText: CaseText = {
  id: 'CL-STA-01',
  title: 'an answer that the browser did not ask for',
  why: 'An attacker who sends a victim’s browser back with the attacker’s code logs the victim in to the attacker’s account, and reads what the victim leaves there.',
  remedy:
    'Bind a fresh `state` to the browser’s session, take it once, and send no token request where it does not fit.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9700 §4.7', 'RFC 9700 §2.1', 'RFC 6749 §10.12', 'OWASP ASVS 5.0 §10.2.1'],
  tags: ['client', 'state', 'csrf'],
}

/** CL-STA-01: no state, that of another browser, and one that was used. */
const foreignState: TestCase = clientCase(stateText, [
  unasked('no state', async (context, client) => {
    const begun = await begin(context, client)
    if (isJudgement(begun)) return begun
    const code = client.server.issue({ asked: begun.asked, isForeign: true })
    await comeBack(client, begun, { code, change: { state: undefined } })
    return code
  }),
  unasked('state of another browser', async (context, client) => {
    const attacker = await begin(context, client)
    if (isJudgement(attacker)) return attacker
    const victim = await begin(context, client)
    if (isJudgement(victim)) return victim
    const code = client.server.issue({ asked: attacker.asked, isForeign: true })
    await comeBack(client, { agent: victim.agent, asked: attacker.asked }, { code })
    return code
  }),
  unasked('state that was used', async (context, client) => {
    const good = await logIn(context, client)
    if (isJudgement(good)) return good
    const code = client.server.issue({ asked: good.asked, isForeign: true })
    await comeBack(client, good, { code })
    return code
  }),
])

type Trying = (context: ProbeContext, client: ClientUnderTest) => Promise<Secret | Judgement>

/** Tries an answer that must lead to no token request; its code belongs to the attacker. */
function unasked(variant: string, attempt: Trying): ClientTrial {
  return {
    variant,
    run: async (context, client) => {
      const code = await attempt(context, client)
      if ('verdict' in code) return code
      return judgeRequest(context, client, { code, sent: `an answer with ${variant}` })
    },
  }
}

type Sent = { readonly code: Secret; readonly sent: string }

async function judgeRequest(context: ProbeContext, client: ClientUnderTest, { code, sent }: Sent): Promise<Judgement> {
  const redemptions = client.server.redemptions(code)
  const [first] = redemptions
  if (first === undefined) {
    const problem = await problemOfLogin(context, client)
    return problem ?? pass(`${sent} led to no token request`)
  }
  if (first.verifier !== undefined)
    return finding('warn', {
      reason: `${sent} led to a token request, which fails only because of PKCE`,
      complaint: 'token request',
    })
  return finding('fail', { reason: `${sent} led to a token request that succeeds`, complaint: 'accepted' })
}

const issuerText: CaseText = {
  id: 'CL-ISS-01',
  title: 'an answer of another server',
  why: 'A client of several servers that does not see which one answers sends the code of the honest one to the hostile one.',
  remedy:
    'Compare `iss` of the answer with the server that the browser was sent to, and miss it where the server promises it.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9207 §2.4', 'RFC 9700 §4.4'],
  tags: ['client', 'mix-up'],
}

/** CL-ISS-01: another issuer, and none although the metadata promise it. */
const foreignIssuer: TestCase = clientCase(issuerText, [
  mixedUp('wrong iss', { iss: 'https://other.tester.test' }),
  mixedUp('no iss', { iss: undefined }),
])

function mixedUp(variant: string, change: { readonly iss: string | undefined }): ClientTrial {
  return {
    variant,
    run: async (context, client) => {
      const begun = await begin(context, client)
      if (isJudgement(begun)) return begun
      const code = client.server.issue({ asked: begun.asked })
      await comeBack(client, begun, { code, change })
      const sent =
        variant === 'no iss' ? 'an answer without the `iss` that the metadata promise' : 'an answer of another issuer'
      if (client.server.redemptions(code).length === 0)
        return (await problemOfLogin(context, client)) ?? pass(`${sent} led to no token request`)
      return finding('fail', { reason: `${sent} was taken, and its code redeemed`, complaint: 'accepted' })
    },
  }
}

const codeText: CaseText = {
  id: 'CL-COD-01',
  title: 'a stolen code in the client’s own answer',
  why: 'With PKCE a code is worth something only in the browser where the login began. Without it, an attacker puts a stolen code into a login of his own, and is the victim.',
  remedy: 'Send a fresh `code_challenge` by `S256` with each authorization request, and its verifier with the code.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9700 §4.5', 'RFC 9700 §2.1.1', 'RFC 7636 §4.1'],
  tags: ['client', 'pkce'],
}

/** CL-COD-01: a code of another authorization, with the right state. */
const injectedCode: TestCase = clientCase(codeText, [
  {
    run: async (context, client) => {
      const begun = await begin(context, client)
      if (isJudgement(begun)) return begun
      const { asked } = begun
      if (!asked.has('code_challenge'))
        return finding('fail', {
          reason: 'the client asks for codes without a `code_challenge`: a stolen one is good for it',
          complaint: 'no PKCE',
        })
      if (asked.get('code_challenge_method') !== 'S256')
        return finding('warn', {
          reason: 'the challenge of the client is its verifier in clear, which whoever sees the request can use',
          complaint: 'plain',
        })
      const code = client.server.issue({ asked, isForeign: true })
      await comeBack(client, begun, { code })
      const [redemption] = client.server.redemptions(code)
      if (redemption === undefined)
        return inconclusive('the client did not redeem a code that came with the right state')
      if (redemption.verifier === undefined)
        return finding('fail', {
          reason: 'the client sent a challenge, and redeems the code without its verifier',
          complaint: 'no verifier',
        })
      return (
        (await problemOfLogin(context, client)) ??
        pass('a stolen code fails: the client sends its own verifier, which does not fit')
      )
    },
  },
])

/** CL-STA-01, CL-ISS-01 and CL-COD-01: answers that are not the client’s. */
export const responseCases: readonly TestCase[] = [foreignState, foreignIssuer, injectedCode]
