import type { Issued, SecretRef, Spending } from '@ambit/server'
import {
  makeAccessToken,
  makeCode,
  makeFamily,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeSpending,
  parseFamilyId,
} from '../../testing/records.ts'

/** One authorization that is redeemed and then rotated; step 0 is the redemption. */
export const rotations = 3

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
