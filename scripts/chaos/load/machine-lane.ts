// RFC 6749 §4.4, RFC 7009 §2
import { machine, resources, scope } from '../installation.ts'
import type { Token } from '../ledger.ts'
import { checkToken } from './check-token.ts'
import { askToken, type Lane, type Load, revoke } from './client.ts'
import { pauseFor } from './pause.ts'

/** Gets tokens for itself, looks at each from another node, and gives some back. */
export function machineLane(load: Load): Lane {
  const { random, ledger, balancer, journal } = load
  return async () => {
    const resource = random.percent(50) ? resources.jwt : resources.opaque
    const outcome = await askToken(load.balancer, { ...machine, grant_type: 'client_credentials', scope, resource })
    if (outcome.kind === 'unknown') return pauseFor(outcome.retryAfter)
    if (outcome.kind === 'refused') return journal.blame(`client credentials were refused: ${outcome.error}`)
    const token = ledger.addToken(outcome.accessToken)
    const other = balancer.otherThan(outcome.node)
    await checkToken(load, token, other)
    if (random.percent(15)) await giveBack(load, token, other)
  }
}

async function giveBack(load: Load, token: Token, node: string): Promise<void> {
  token.fate = 'open'
  if (await revoke(load.balancer, token.text, machine)) token.fate = 'ended'
  load.journal.count('access tokens revoked')
  await checkToken(load, token, node)
}

/** Looks at any tokens that were answered until now. */
export function introspectionLane(load: Load): Lane {
  return async () => {
    const token = load.random.pick(load.ledger.tokens)
    if (token) await checkToken(load, token)
  }
}
