// RFC 6749 §6, RFC 9700 §4.14.2
import { app, refreshGrace } from '../installation.ts'
import type { Family } from '../ledger.ts'
import { checkToken } from './check-token.ts'
import { askToken, type Lane, type Load, revoke } from './client.ts'
import { askCode, redeem } from './code-lane.ts'
import { pauseFor } from './pause.ts'

/** How often an authorization is gone on with before the lane begins another. */
const mostRotations = 40

/** Goes on with authorizations, as clients do that keep access, and now and then as thieves and clumsy clients do. */
export function refreshLane(load: Load): Lane {
  let family: Family | undefined
  let left = 0
  const actions = [
    { share: 78, act: rotate },
    { share: 10, act: rotateTwiceAtOnce },
    { share: 5, act: repeat },
    { share: 4, act: replay },
    { share: 3, act: end },
  ]
  return async () => {
    if (family?.fate !== 'good' || left-- === 0) {
      family = await begin(load)
      left = mostRotations
    } else await chooseAction(actions, load.random.next() * 100)(load, family)
  }
}

type Act = (load: Load, family: Family) => Promise<unknown>

function chooseAction(actions: readonly { readonly share: number; readonly act: Act }[], at: number): Act {
  let sum = 0
  return actions.find(({ share }) => (sum += share) > at)?.act ?? rotate
}

async function begin(load: Load): Promise<Family | undefined> {
  const code = await askCode(load)
  return code && redeem(load, code)
}

/**
 * Exchanges the refresh token for the next one, and asks again for as long as nobody answers. Answers whether it was
 * exchanged. Where an earlier try was not answered and the grace is over, the end of the authorization is what the client
 * has to expect.
 */
export async function rotate(load: Load, family: Family): Promise<boolean> {
  const begunAt = performance.now()
  for (let tries = 0; ; tries++) {
    const outcome = await askToken(load.balancer, refreshForm(family.current))
    if (outcome.kind === 'issued') {
      keep(load, family, outcome.refreshToken)
      const token = load.ledger.addToken(outcome.accessToken, family)
      if (load.random.percent(20)) await checkToken(load, token, load.balancer.otherThan(outcome.node))
      return true
    }
    if (outcome.kind === 'refused') {
      loseFamily(load, family, {
        error: `${outcome.error} at ${outcome.node}`,
        waited: performance.now() - begunAt,
        tries,
      })
      return false
    }
    family.hasSilence = true
    if (load.isOver()) return false
    await pauseFor(outcome.retryAfter)
  }
}

type Loss = { readonly error: string; readonly waited: number; readonly tries: number }

function loseFamily({ journal }: Load, family: Family, { error, waited, tries }: Loss): void {
  family.fate = 'open'
  if (!family.hasSilence) return journal.blame(`a refresh token that was answered last was refused: ${error}`)
  if (tries > 0 && waited > refreshGrace * 1000)
    return journal.count(`authorizations lost, as an unanswered refresh was repeated after more than ${refreshGrace} s`)
  journal.count('authorizations lost, as an unanswered refresh was carried out after its repetition')
}

/** Both are answered the same successor: the second is taken for a repetition. */
async function rotateTwiceAtOnce(load: Load, family: Family): Promise<void> {
  const { journal, ledger, balancer } = load
  const form = refreshForm(family.current)
  const outcomes = await Promise.all(balancer.names.map(node => askToken(load.balancer, form, node)))
  journal.count('refresh tokens presented at two nodes at once')
  const issued = outcomes.filter(each => each.kind === 'issued')
  if (new Set(issued.map(each => each.refreshToken)).size > 1)
    return journal.blame('a refresh token had two successors')
  if (outcomes.some(each => each.kind === 'unknown')) family.hasSilence = true
  const refused = outcomes.find(each => each.kind === 'refused')
  const [first] = issued
  if (first) keep(load, family, first.refreshToken)
  if (refused) return loseFamily(load, family, { error: `${refused.error} at ${refused.node}`, waited: 0, tries: 0 })
  for (const each of issued) ledger.addToken(each.accessToken, family)
}

/** A client whose answer was lost asks again, and is given the same successor. */
async function repeat(load: Load, family: Family): Promise<void> {
  const spent = family.current
  if (!(await rotate(load, family))) return
  const wanted = family.current
  const outcome = await askToken(load.balancer, refreshForm(spent))
  load.journal.count('refresh tokens repeated within the grace')
  if (outcome.kind === 'unknown') family.hasSilence = true
  else if (outcome.kind === 'refused') loseFamily(load, family, { error: outcome.error, waited: 0, tries: 0 })
  else if (outcome.refreshToken !== wanted) load.journal.blame('a repeated refresh token had another successor')
  else load.ledger.addToken(outcome.accessToken, family)
}

/** A token whose successor was spent is a thief's, or the thief has the successor: the authorization ends. */
async function replay(load: Load, family: Family): Promise<void> {
  const spent = family.current
  if (!(await rotate(load, family)) || !(await rotate(load, family))) return
  const isSure = !family.hasSilence
  family.fate = 'open'
  const outcome = await askToken(load.balancer, refreshForm(spent))
  load.journal.count('refresh tokens replayed')
  if (outcome.kind === 'issued')
    load.journal.blame(`a refresh token was good twice, the second time at ${outcome.node}`)
  if (outcome.kind === 'refused' && isSure) family.fate = 'ended'
}

/** The user logs out of the app. */
async function end(load: Load, family: Family): Promise<void> {
  family.fate = 'open'
  if (await revoke(load.balancer, family.current, app)) family.fate = 'ended'
  load.journal.count('refresh tokens revoked')
}

function keep({ journal }: Load, family: Family, successor: string | undefined): void {
  journal.count('refresh tokens rotated')
  if (successor === undefined) journal.blame('a refresh token was exchanged for none')
  else family.current = successor
}

/** The form that exchanges a refresh token. */
function refreshForm(token: string): Readonly<Record<string, string>> {
  return { grant_type: 'refresh_token', refresh_token: token }
}
