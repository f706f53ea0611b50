// RFC 9396 §6, §6.1
import type { AuthorizationDetail, Refusal } from '@ambit/protocol'
import { parseAmount } from './amount.ts'
import { asMembers, asTexts, type DetailField, type DetailFields, type DetailTypes, ownMember } from './detail-type.ts'
import { refuseDetails } from './parse-details.ts'

/**
 * The details that a token request asks for, where they are within those that were granted; each that was granted counts for
 * one that is asked, so that two payments cannot be made of one.
 * @spec RFC 9396 §6, §6.1
 * @errors invalid_authorization_details: more than was granted
 */
export function narrowDetails(
  types: DetailTypes,
  granted: readonly AuthorizationDetail[],
  asked: readonly AuthorizationDetail[],
): readonly AuthorizationDetail[] | Refusal<'invalid_authorization_details'> {
  const fits = asked.map(each => granted.flatMap((held, index) => (isWithin(types, held, each) ? [index] : [])))
  const isMatched = matchAll(fits)
  return isMatched ? asked : refuseDetails('the authorization details ask for more than was granted')
}

function isWithin(types: DetailTypes, granted: AuthorizationDetail, asked: AuthorizationDetail): boolean {
  const declared = ownMember(types, granted.type)
  return declared !== undefined && granted.type === asked.type && isObjectWithin(declared.fields, granted, asked)
}

type Members = Readonly<Record<string, unknown>>

/** What was left out when it was granted stays out: it could mean more than any value. */
function isObjectWithin(fields: DetailFields, granted: Members, asked: Members): boolean {
  return Object.entries(fields).every(([name, field]) => {
    const [held, wanted] = [ownMember(granted, name), ownMember(asked, name)]
    if (held === undefined || wanted === undefined) return held === wanted
    return isValueWithin(field, held, wanted)
  })
}

function isValueWithin(field: DetailField, held: unknown, wanted: unknown): boolean {
  switch (field.kind) {
    case 'text':
      return held === wanted
    case 'number':
      return held === wanted || (field.narrow === true && Number(wanted) < Number(held))
    case 'amount': {
      const [most, amount] = [parseAmount(held), parseAmount(wanted)]
      if (!most || most.currency !== amount?.currency) return false
      return most.thousandths === amount.thousandths || (field.narrow === true && amount.thousandths < most.thousandths)
    }
    case 'choices':
      return isListWithin(held, wanted, field.narrow === true)
    case 'locations':
      return isListWithin(held, wanted, false)
    case 'object':
      return isObjectWithin(field.fields, asMembers(held) ?? {}, asMembers(wanted) ?? {})
  }
}

function isListWithin(held: unknown, wanted: unknown, mayBeFewer: boolean): boolean {
  const [all, some] = [asTexts(held) ?? [], asTexts(wanted) ?? []]
  return some.every(each => all.includes(each)) && (mayBeFewer || all.length === some.length)
}

/** Whether each can have one of those that fit it, and no two the same: by augmenting paths. */
function matchAll(fits: readonly (readonly number[])[]): boolean {
  const takenBy = new Map<number, number>()
  const place = (asked: number, seen: Set<number>): boolean => {
    for (const held of fits[asked] ?? []) {
      if (seen.has(held)) continue
      seen.add(held)
      const rival = takenBy.get(held)
      if (rival === undefined || place(rival, seen)) return takenBy.set(held, asked).size > 0
    }
    return false
  }
  return fits.every((_, asked) => place(asked, new Set()))
}
