// RFC 6749 §4.1.2, §4.1.3
import type { Family } from '../ledger.ts'
import { type AnsweredCode, authorize } from './authorize.ts'
import { checkToken } from './check-token.ts'
import { askToken, type Lane, type Load, type TokenOutcome } from './client.ts'
import { pauseFor } from './pause.ts'

/** Begins authorizations: some codes are redeemed at two nodes at once, some a second time later, some are kept. */
export function codeLane(load: Load): Lane {
  const { random, ledger, balancer } = load
  return async () => {
    const code = await askCode(load)
    if (!code) return
    if (random.percent(5)) return ledger.keepCode(code.redemption)
    if (random.percent(20)) return redeemTwiceAtOnce(load, code)
    const family = await redeem(load, code, balancer.otherThan(code.node))
    if (family && random.percent(10)) await redeemAgain(load, code, family)
  }
}

/** A new code; `undefined` where that is not answered. */
export async function askCode(load: Load): Promise<AnsweredCode | undefined> {
  const authorized = await authorize(
    { random: load.random, sender: load.balancer },
    load.random.pick(load.sessions) ?? '',
  )
  if (authorized === undefined || 'code' in authorized) return authorized
  load.journal.blame(`a browser that is logged in was not given a code at ${authorized.node}: ${authorized.page}`)
  return undefined
}

/** Redeems a code, a second time where the first is not answered; answers the authorization that began. */
export async function redeem(load: Load, { redemption }: AnsweredCode, node?: string): Promise<Family | undefined> {
  const first = await askToken(load.balancer, redemption, node)
  if (first.kind === 'refused') {
    load.journal.blame(`a code was refused at ${first.node}: ${first.error}`)
    return undefined
  }
  if (first.kind === 'issued') return begin(load, first, redemption)
  await pauseFor(first.retryAfter)
  const second = await askToken(load.balancer, redemption)
  if (second.kind === 'issued') return begin(load, second, redemption)
  load.journal.count('codes whose redemption was never answered')
  return undefined
}

async function begin(
  load: Load,
  issued: Extract<TokenOutcome, { kind: 'issued' }>,
  redemption: AnsweredCode['redemption'],
): Promise<Family | undefined> {
  const { journal, ledger, balancer } = load
  if (issued.refreshToken === undefined) {
    journal.blame('a code was redeemed without a refresh token')
    return undefined
  }
  const family = ledger.addFamily(issued.refreshToken)
  const token = ledger.addToken(issued.accessToken, family)
  ledger.addSpentCode({ redemption, family })
  journal.count('codes redeemed')
  await checkToken(load, token, balancer.otherThan(issued.node))
  return family
}

/** The code was spent, so that what was issued for it ends. */
async function redeemAgain(load: Load, { redemption }: AnsweredCode, family: Family): Promise<void> {
  family.fate = 'open'
  const again = await askToken(load.balancer, redemption)
  if (again.kind === 'issued') return load.journal.blame(`a code was good twice, the second time at ${again.node}`)
  load.journal.count('codes presented again')
  if (again.kind === 'refused') family.fate = 'ended'
}

async function redeemTwiceAtOnce(load: Load, { redemption, node }: AnsweredCode): Promise<void> {
  const { balancer, journal, ledger } = load
  const nodes = [node, balancer.otherThan(node)]
  const outcomes = await Promise.all(nodes.map(each => askToken(load.balancer, redemption, each)))
  journal.count('codes presented at two nodes at once')
  const issued = outcomes.filter(each => each.kind === 'issued')
  const isCertain = outcomes.every(each => each.kind !== 'unknown')
  if (issued.length > 1) return journal.blame('a code was good twice at once')
  if (issued.length === 0 && isCertain) return journal.blame('a code that was presented twice at once was good nowhere')
  const [winner] = issued
  if (winner?.refreshToken === undefined) return
  const family = ledger.addFamily(winner.refreshToken)
  family.fate = isCertain ? 'ended' : 'open'
  await checkToken(load, ledger.addToken(winner.accessToken, family))
}
