// RFC 6749 §4.1.2, RFC 7662 §2.2, RFC 7517 §5
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose'
import { codeTtl, issuer } from './installation.ts'
import { type Fate, fateOf, type Token } from './ledger.ts'
import { authorize } from './load/authorize.ts'
import { askToken, isActive, type Load, membersOf } from './load/client.ts'
import { rotate } from './load/refresh-lane.ts'

/** What was looked at afterwards, and what of it was lost. */
export type Audit = {
  /** Access tokens, each asked for at every node. */
  readonly tokens: Readonly<Record<Fate, number>>
  /** Access tokens that were answered, that nobody ended, and that are not good at some node. */
  readonly lostTokens: number
  /** Access tokens that were revoked, and are good at some node. */
  readonly undeadTokens: number
  readonly signatures: number
  readonly families: number
  readonly lostFamilies: number
  readonly keptCodes: number
  readonly lostCodes: number
  /** Codes that were redeemed, presented once more. */
  readonly spentCodes: number
  readonly codesGoodTwice: number
  readonly sessions: number
  readonly lostSessions: number
}

/** The most that is looked at of each kind; the newest first, since a fault can harm those most. */
const most = { tokens: 20_000, signatures: 2_000, families: 500, spentCodes: 200 } as const
const atOnce = 16
/** Codes that have fewer seconds left may end before they are redeemed. */
const surelyRedeemedWithin = 60

/** Looks at everything that was answered, at every node. What is not as it must be is blamed, too. */
export async function audit(load: Load): Promise<Audit> {
  const { ledger } = load
  const young = performance.now() - (codeTtl - surelyRedeemedWithin) * 1_000
  const keptCodes = ledger.keptCodes.filter(({ answeredAt }) => answeredAt > young)
  const codes = await mapSome(keptCodes, ({ redemption }) => askToken(load.balancer, redemption))
  const tokens = ledger.tokens.slice(-most.tokens)
  const looked = await auditTokens(load, tokens)
  const signatures = tokens.filter(({ format }) => format === 'jwt').slice(-most.signatures)
  await auditSignatures(load, signatures)
  const sessions = await auditSessions(load)
  const families = ledger.families
    .filter(({ fate, hasSilence }) => fate === 'good' && !hasSilence)
    .slice(-most.families)
  const kept = await mapSome(families, family => rotate(load, family))
  const spent = ledger.spentCodes.slice(-most.spentCodes)
  const again = await mapSome([...spent, ...keptCodes], ({ redemption }) => askToken(load.balancer, redemption))
  const audited = {
    ...looked,
    signatures: signatures.length,
    ...sessions,
    families: families.length,
    lostFamilies: kept.filter(isKept => !isKept).length,
    keptCodes: codes.length,
    lostCodes: codes.filter(({ kind }) => kind !== 'issued').length,
    spentCodes: again.length,
    codesGoodTwice: again.filter(({ kind }) => kind === 'issued').length,
  }
  for (const name of [
    'lostTokens',
    'undeadTokens',
    'lostFamilies',
    'lostCodes',
    'codesGoodTwice',
    'lostSessions',
  ] as const)
    if (audited[name] > 0) load.journal.blame(`the audit found ${audited[name]} ${words[name]}`)
  return audited
}

const words = {
  lostTokens: 'answered access tokens that are not good at every node',
  undeadTokens: 'revoked access tokens that are good at some node',
  lostFamilies: 'refresh tokens that were answered last and are not good',
  lostCodes: 'answered codes that could not be redeemed',
  codesGoodTwice: 'codes that were good twice',
  lostSessions: 'sessions in which the user is no longer logged in',
} as const

async function auditTokens(
  load: Load,
  tokens: readonly Token[],
): Promise<Pick<Audit, 'tokens' | 'lostTokens' | 'undeadTokens'>> {
  const counts: Record<Fate, number> = { good: 0, open: 0, ended: 0 }
  const answers = await mapSome(tokens, async token => {
    const active: (boolean | undefined)[] = []
    for (const node of load.balancer.names) active.push(await isActive(load.balancer.only(node), token.text))
    return { fate: fateOf(token), active }
  })
  for (const { fate } of answers) counts[fate]++
  return {
    tokens: counts,
    lostTokens: answers.filter(({ fate, active }) => fate === 'good' && active.some(each => each !== true)).length,
    undeadTokens: answers.filter(({ fate, active }) => fate === 'ended' && active.includes(true)).length,
  }
}

/** Each node's keys must verify what any node has signed. */
async function auditSignatures({ balancer, journal }: Load, tokens: readonly Token[]): Promise<void> {
  for (const node of balancer.names) {
    const outcome = await balancer.only(node).send({ method: 'GET', target: '/jwks' })
    const { keys } = membersOf(outcome)
    if (!isKeyList(keys)) return journal.blame(`${node} publishes no keys`)
    const set = createLocalJWKSet({ keys })
    for (const { text } of tokens)
      await jwtVerify(text, set, { issuer }).catch((error: unknown) =>
        journal.blame(`an access token is not verified by the keys of ${node}: ${String(error)}`),
      )
  }
}

function isKeyList(value: unknown): value is JWK[] {
  return Array.isArray(value) && value.every(key => typeof key === 'object' && key !== null && 'kty' in key)
}

async function auditSessions(load: Load): Promise<Pick<Audit, 'sessions' | 'lostSessions'>> {
  const pairs = load.sessions.flatMap(cookies => load.balancer.names.map(node => ({ cookies, node })))
  const codes = await mapSome(pairs, ({ cookies, node }) =>
    authorize({ random: load.random, sender: load.balancer.only(node) }, cookies),
  )
  return {
    sessions: load.sessions.length,
    lostSessions: codes.filter(code => code === undefined || !('code' in code)).length,
  }
}

/** Does something with each member, some at once. */
async function mapSome<T, R>(members: readonly T[], work: (member: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  const left = members.entries()
  const lane = async () => {
    for (const [place, member] of left) results[place] = await work(member)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return results
}
