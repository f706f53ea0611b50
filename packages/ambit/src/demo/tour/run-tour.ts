import { startDemo } from '../start-demo.ts'
import { askWhy, askWrongly } from './invalid-scope.ts'
import { logInRefusingOne } from './log-in.ts'
import { type Print, recordingFetch } from './recorder.ts'
import { createShortener } from './shorten.ts'
import { beMachine, callInventory, callPetStore, introspect, narrow, revoke } from './steps.ts'
import { TourError, type TourWorld, textOf, tourWorld } from './world.ts'

/** How a tour ended, and the secrets that passed, for those who look for them in what was printed. */
export type TourResult = { readonly checks: number; readonly exchanges: number; readonly secrets: ReadonlySet<string> }

/**
 * Starts the demonstration on free ports with a store in memory, does the whole journey, and prints each exchange.
 * @throws {TourError} with what differed
 */
export async function runTour(print: Print): Promise<TourResult> {
  const demo = await startDemo({ port: 0, store: 'memory' })
  const counts = { checks: 0, exchanges: 0 }
  const counting: Print = text => {
    if (text.startsWith('  ✓')) counts.checks += 1
    if (text.startsWith('  ←')) counts.exchanges += 1
    print(text)
  }
  const shortener = createShortener()
  try {
    await walk(tourWorld(demo, counting, recordingFetch(counting, shortener)))
    return { ...counts, secrets: shortener.secrets }
  } finally {
    await demo.close()
  }
}

async function walk(world: TourWorld): Promise<void> {
  const chapter = chapters(world.print)
  chapter('A user logs in, and refuses one of the scopes that the app asks for')
  const tokens = await logInRefusingOne(world)
  chapter('The API allows one call and refuses another')
  await callPetStore(world, tokens)
  chapter('The app asks for less by a refresh, and for all of it again')
  const narrowed = await narrow(world, requireText(tokens.refreshToken))
  chapter('Another API, another token: opaque, with a hierarchy of scopes')
  const inventory = await callInventory(world, narrowed)
  const [token, refreshToken] = [textOf(inventory, 'access_token'), textOf(inventory, 'refresh_token')]
  chapter('The API asks what a token is good for')
  await introspect(world, token)
  chapter('The ways to `invalid_scope`')
  const requestId = await askWrongly(world, refreshToken)
  chapter('`ambit why` tells the operator more than the client may know')
  await askWhy(world, { requestId, token: tokens.accessToken })
  chapter('The app revokes what it holds')
  await revoke(world, token, refreshToken)
  chapter('A machine acts for itself')
  await beMachine(world)
}

function chapters(print: Print): (title: string) => void {
  let number = 0
  return title => {
    number += 1
    print(`\n${number}. ${title}\n`)
  }
}

function requireText(text: string | undefined): string {
  if (text === undefined) throw new TourError('there is no refresh token')
  return text
}
