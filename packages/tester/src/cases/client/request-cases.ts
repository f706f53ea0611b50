// RFC 6749 §10.10, §10.12; RFC 6819 §3.1.3
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { operationOf } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ClientUnderTest } from '../../target/target.ts'
import { isOfOpenId } from '../../tokens/peculiarities.ts'
import { scopeTokens } from '../../tokens/token-response.ts'
import { isJudgement, notApplicable } from '../resource/guarded-call.ts'
import { estimateEntropy } from '../server/code-statistics.ts'
import { listed } from '../server/token-grant.ts'
import { finding, pass } from '../server/token-refusal.ts'
import { type ClientTrial, clientCase } from './client-case.ts'
import { begin, openBrowser } from './client-visit.ts'

const guessText: CaseText = {
  id: 'CL-STA-02',
  title: 'values that others could guess',
  why: '`state`, `nonce` and verifier protect only while nobody knows them beforehand. One value for all logins is known to everybody who has logged in.',
  remedy: 'Make each of them anew for each login, of 128 random bits or more.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 6749 §10.10', 'RFC 7636 §7.1', 'OWASP ASVS 5.0 §10.1.2'],
  tags: ['client', 'state', 'nonce', 'pkce'],
}

const samples = 50

/** CL-STA-02: fifty logins in fresh browsers, and two in the same. */
const guessableValues: TestCase = clientCase(guessText, [
  sampled('state'),
  sampled('nonce'),
  sampled('code_challenge'),
  {
    variant: 'two logins in one browser',
    run: async (context, client) => {
      const agent = openBrowser(context, client)
      const first = await begin(context, client, agent)
      if (isJudgement(first)) return first
      const second = await begin(context, client, agent)
      if (isJudgement(second)) return second
      const same = ['state', 'nonce', 'code_challenge'].filter(
        name => first.asked.has(name) && first.asked.get(name) === second.asked.get(name),
      )
      if (same.length === 0) return pass('two logins in one browser have no value in common')
      return finding('fail', {
        reason: `two logins in one browser have the same ${listed(same)}`,
        complaint: 'used twice',
      })
    },
  },
])

function sampled(name: 'state' | 'nonce' | 'code_challenge'): ClientTrial {
  return { variant: name, run: (context, client) => sample(context, client, name) }
}

async function sample(context: ProbeContext, client: ClientUnderTest, name: string): Promise<Judgement> {
  const values: string[] = []
  for (let count = 0; count < samples; count++) {
    const begun = await begin(context, client)
    if (isJudgement(begun)) return begun
    const value = begun.asked.get(name)
    if (value === undefined) return notApplicable(`the client sends no \`${name}\`, which other tests look at`)
    values.push(value)
  }
  const { bits, most, pattern, isRepeated } = estimateEntropy(values)
  const figures = { estimatedBits: Math.round(Math.min(bits, most)) }
  if (isRepeated)
    return {
      ...finding('fail', { reason: `in ${samples} logins a \`${name}\` came twice`, complaint: 'used twice' }),
      figures,
    }
  if (pattern !== undefined)
    return {
      ...finding('fail', { reason: `the values of \`${name}\` follow a pattern: ${pattern}`, complaint: 'a pattern' }),
      figures,
    }
  if (Math.min(bits, most) < 100)
    return {
      ...finding('warn', {
        reason: `the values of \`${name}\` seem to have about ${figures.estimatedBits} random bits; 128 are wanted`,
        complaint: 'few bits',
      }),
      figures,
    }
  return {
    ...pass(`in ${samples} logins each \`${name}\` was another one, of 100 random bits or more as far as one can see`),
    figures,
  }
}

const scopeText: CaseText = {
  id: 'CL-SCP-01',
  title: 'more scope than the client uses',
  why: 'What a client may do and does not need is what a thief of its tokens gets for nothing.',
  remedy: 'Ask for the scopes of the calls that the client makes, and for others when they are needed.',
  severity: 'low',
  level: 'L0',
  sources: ['OWASP ASVS 5.0 §10.2.3', 'RFC 9700 §2.3'],
  tags: ['client', 'scope'],
}

/** CL-SCP-01: what is asked for, beside what the calls need. */
const neededScope: TestCase = clientCase(scopeText, ({ calls }, { api }) => {
  if (api === undefined) return 'no API is known whose calls the client makes'
  if (calls === undefined || calls.length === 0)
    return 'nobody says which operations the client calls; configure `calls`'
  return [{ run: (context, client) => compareScope(context, client, calls) }]
})

async function compareScope(
  context: ProbeContext,
  client: ClientUnderTest,
  calls: readonly string[],
): Promise<Judgement> {
  const operations = calls.flatMap(key => operationOf(context.target, key) ?? [])
  if (operations.length < calls.length) {
    const unknown = calls.filter(key => operationOf(context.target, key) === undefined)
    return notApplicable(`the API has no operation ${listed(unknown)}`)
  }
  const begun = await begin(context, client)
  if (isJudgement(begun)) return begun
  const asked = scopeTokens(begun.asked.get('scope') ?? '').filter(token => !isOfOpenId(token))
  const needed = [...new Set(operations.flatMap(operation => context.leastScope(operation)))]
  const extra = asked.filter(token => !needed.includes(token))
  const missing = needed.filter(token => !asked.includes(token))
  if (extra.length === 0 && missing.length === 0)
    return pass(`the client asks for just what its calls need: ${listed(needed)}`)
  const parts = [
    ...(extra.length > 0 ? [`asks for ${listed(extra)}, which its calls do not need`] : []),
    ...(missing.length > 0 ? [`does not ask for ${listed(missing)}, which its calls need`] : []),
  ]
  return finding('warn', {
    reason: `the client ${parts.join(', and ')}`,
    complaint: extra.length > 0 ? 'too much scope' : 'too little scope',
  })
}

/** CL-STA-02 and CL-SCP-01: what the client sends. */
export const requestCases: readonly TestCase[] = [guessableValues, neededScope]
