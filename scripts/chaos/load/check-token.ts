// RFC 7662 §2.2
import { fateOf, type Token } from '../ledger.ts'
import { isActive, type Load } from './client.ts'

/** Asks a node what a token is, and blames an answer that does not fit what was answered before. */
export async function checkToken(load: Load, token: Token, node?: string): Promise<void> {
  const before = fateOf(token)
  const active = await isActive(load.balancer, token.text, node)
  const after = fateOf(token)
  const where = node ?? 'a node'
  const age = `${Math.round((performance.now() - token.answeredAt) / 100) / 10} s`
  if (before === 'ended' && active === true)
    load.journal.blame(`a token of ${age} that was revoked is active at ${where}`)
  if (before === 'good' && after === 'good' && active === false)
    load.journal.blame(`a token (${token.format}) that was answered ${age} before is not active at ${where}`)
}
