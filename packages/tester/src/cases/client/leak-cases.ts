// RFC 9700 §4.2, §4.3; RFC 6750 §5.3
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { Secret } from '../../secret/secret.ts'
import type { ClientUnderTest } from '../../target/target.ts'
import { type Exchange, fieldValue, fieldValues } from '../../wire/exchange.ts'
import { inconclusive, isJudgement } from '../resource/guarded-call.ts'
import { finding, pass } from '../server/token-refusal.ts'
import { clientCase } from './client-case.ts'
import { isWell, type LoggedIn, logIn } from './client-visit.ts'

const text: CaseText = {
  id: 'CL-LEK-01',
  title: 'codes and tokens where others see them',
  why: 'What stands in an address ends up in histories, logs and the `Referer` of other sites; what scripts can read, each script on the page can send away.',
  remedy:
    'Send the browser on from the address with the code, send `Referrer-Policy: no-referrer`, and keep tokens out of pages, addresses and what scripts can read.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9700 §4.2', 'RFC 9700 §4.3', 'RFC 6750 §5.3', 'OWASP ASVS 5.0 §10.1.1'],
  tags: ['client', 'leak'],
}

/** CL-LEK-01: what HTTP shows of it; logs and what scripts store are out of sight. */
const leakedTokens: TestCase = clientCase(text, () => [
  { variant: 'the address with the code', run: (context, client) => afterLogin(context, client, judgeAddress) },
  { variant: 'tokens in addresses', run: (context, client) => afterLogin(context, client, judgeAddresses) },
  { variant: 'tokens in pages', run: (context, client) => afterLogin(context, client, judgePages) },
  { variant: 'tokens in cookies', run: (context, client) => afterLogin(context, client, judgeCookies) },
  { caseId: text.id, reason: 'logs: what the client writes cannot be seen from here' },
  { caseId: text.id, reason: 'storage: what scripts keep in the browser cannot be seen by HTTP' },
])

type Login = LoggedIn & {
  readonly tokens: readonly Secret[]
  readonly steps: readonly (Exchange & { readonly kind: 'answered' })[]
}
type Judging = (login: Login, client: ClientUnderTest) => Judgement

async function afterLogin(context: ProbeContext, client: ClientUnderTest, judge: Judging): Promise<Judgement> {
  const good = await logIn(context, client)
  if (isJudgement(good)) return good
  const tokens = client.server.redemptions(good.code).flatMap(redemption => redemption.tokens)
  if (tokens.length === 0 || !isWell(good.arrival))
    return inconclusive('not even a good login came to its end at the client')
  const steps = good.arrival.steps.flatMap(step => (step.kind === 'answered' ? [step] : []))
  return judge({ ...good, tokens, steps }, client)
}

/** The page that stands at the address with the code tells it to each site that it loads from or links to. */
function judgeAddress({ arrival, code, steps }: Login): Judgement {
  if (!arrival.url.includes(code.reveal()))
    return pass('the browser is sent on from the address with the code', ...steps)
  const last = steps.at(-1)
  const policy = last === undefined ? undefined : fieldValue(last.response.headers, 'referrer-policy')
  const isKept = policy !== undefined && /no-referrer\s*$|same-origin\s*$/i.test(policy)
  if (!isKept) {
    const reason = `the browser stays at the address with the code, and the page says ${policy === undefined ? 'nothing' : `\`${policy}\``} about \`Referer\``
    return finding('fail', { reason, complaint: 'code in the address' }, ...steps)
  }
  return finding(
    'warn',
    {
      reason: 'the browser stays at the address with the code, which its history keeps',
      complaint: 'code in the history',
    },
    ...steps,
  )
}

function judgeAddresses({ arrival, tokens, steps }: Login, { server }: ClientUnderTest): Judgement {
  const addresses = [arrival.url, ...steps.flatMap(({ response }) => fieldValues(response.headers, 'location'))]
  const isShown = addresses.some(address => tokens.some(token => holds(address, token)))
  if (isShown)
    return finding(
      'fail',
      { reason: 'a token stands in an address that the browser was sent to', complaint: 'token in an address' },
      ...steps,
    )
  const [leak] = server.leaks()
  if (leak !== undefined)
    return finding('fail', {
      reason: `the client called \`${leak}\` with a token or code in the address`,
      complaint: 'token in a call',
    })
  return pass('no address has a token in it', ...steps)
}

function judgePages({ tokens, steps }: Login): Judgement {
  const page = steps.find(({ response }) => tokens.some(token => response.body.includes(token.reveal())))
  if (page === undefined) return pass('no page has a token in it', ...steps)
  return finding(
    'warn',
    { reason: 'a page has a token in it, where each script on it reads it', complaint: 'token in a page' },
    page,
  )
}

function judgeCookies({ tokens, steps }: Login): Judgement {
  const cookies = steps.flatMap(({ response }) => fieldValues(response.headers, 'set-cookie'))
  const bare = cookies.filter(cookie => tokens.some(token => holds(cookie, token)))
  const open = bare.filter(cookie => !/;\s*httponly/i.test(cookie))
  if (open.length > 0)
    return finding(
      'fail',
      { reason: 'a token stands in a cookie that each script can read', complaint: 'token in an open cookie' },
      ...steps,
    )
  if (bare.length > 0)
    return finding('warn', { reason: 'a token stands in clear in a cookie', complaint: 'token in a cookie' }, ...steps)
  return pass('no cookie has a token in it', ...steps)
}

function holds(text: string, secret: Secret): boolean {
  const value = secret.reveal()
  return text.includes(value) || text.includes(encodeURIComponent(value))
}

/** CL-LEK-01: leaks. */
export const leakCases: readonly TestCase[] = [leakedTokens]
