import type { ExchangeResult, Issued, SecretRef, Spending, Store } from '@ambit/server'
import {
  makeAccessToken,
  makeCode,
  makeFamily,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeSpending,
  parseFamilyId,
} from './records.ts'

/** One authorization that is redeemed and then rotated; step 0 is the redemption. */
export const rotations = 3

/** How many flows run at once. */
export const lanes = 16

/**
 * Runs a flow after the other, sixteen at a time, until a call fails.
 * `answered` is told of each answer at once; `first` is the number of the first flow.
 */
export async function runFlows(
  store: Store,
  answered: (flow: number, step: number, kind: ExchangeResult['kind']) => void,
  first = 0,
): Promise<void> {
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let flow = first + lane; ; flow += lanes) {
        await store.saveCode(codeOf(flow))
        for (let step = 0; step <= rotations; step++) {
          const { kind } = await store.exchange(spendingOf(flow, step), issuedOf(flow, step))
          answered(flow, step, kind)
        }
      }
    }),
  )
}

/** The code of a flow. */
export function codeOf(flow: number): ReturnType<typeof makeCode> {
  return makeCode({ ref: makeRef(`code ${flow}`), familyId: parseFamilyId(`family ${flow}`) })
}

/** What a step of a flow spends. */
export function spendingOf(flow: number, step: number): Spending {
  return step === 0 ? makeSpending({ ref: codeOf(flow).ref }) : makeRefreshing({ ref: refreshRef(flow, step - 1) })
}

/** What a step of a flow issues. */
export function issuedOf(flow: number, step: number): Issued {
  const { familyId } = codeOf(flow)
  return {
    ...(step === 0 && { family: makeFamily({ familyId }) }),
    refreshToken: makeRefreshToken({ ref: refreshRef(flow, step), familyId, generation: step }),
    accessToken: makeAccessToken({ ref: accessRef(flow, step), familyId }),
  }
}

/** Where the access token of a step stands. */
export function accessRef(flow: number, step: number): SecretRef {
  return makeRef(`access ${flow} ${step}`)
}

function refreshRef(flow: number, step: number): SecretRef {
  return makeRef(`refresh ${flow} ${step}`)
}
