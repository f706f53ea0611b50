// RFC 9396 §5
import { isLegible } from '../../client/registered-metadata/shown-text.ts'
import { parseAmount, parseDecimal } from './amount.ts'
import {
  type AmountField,
  asMembers,
  asTexts,
  type ChoicesField,
  type DetailField,
  type DetailFields,
  type NumberField,
  ownMember,
  type TextField,
} from './detail-type.ts'

/** What the values of fields are checked against beside their declaration. */
export type CheckWorld = { readonly isLocation: (resource: string) => boolean }

const longest = { text: 140, list: 50 } as const

/**
 * What is wrong with the members of a detail, in words; `undefined` where nothing is.
 * @spec RFC 9396 §5
 */
export function findFieldProblem(
  world: CheckWorld,
  fields: DetailFields,
  members: Readonly<Record<string, unknown>>,
): string | undefined {
  const strange = Object.keys(members).find(name => ownMember(fields, name) === undefined)
  if (strange !== undefined) return `${quoted(strange)} is not a field of it`
  for (const [name, field] of Object.entries(fields)) {
    const value = ownMember(members, name)
    if (value === undefined && field.optional !== true) return `\`${name}\` is missing`
    const wanted = value === undefined ? undefined : findMismatch(world, field, value)
    if (wanted !== undefined) return `\`${name}\` must be ${wanted}`
  }
  return undefined
}

/** What is wanted instead of a value; `undefined` where it will do. */
function findMismatch(world: CheckWorld, field: DetailField, value: unknown): string | undefined {
  switch (field.kind) {
    case 'text':
      return isText(field, value) ? undefined : 'a text as its type declares it, in one line'
    case 'number':
      return isNumber(field, value) ? undefined : 'a number within the bounds of its type'
    case 'amount':
      return isAmount(field, value) ? undefined : 'an object of `currency` and `amount`, a decimal text, within bounds'
    case 'choices':
      return isChoice(field, value) ? undefined : 'a list of one or more words of its type, each once'
    case 'locations':
      return isLocations(world, value) ? undefined : 'a list of one or more resources that are known here, each once'
    case 'object': {
      const members = asMembers(value)
      return members ? withinObject(findFieldProblem(world, field.fields, members)) : 'an object'
    }
  }
}

function withinObject(problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `an object as its type declares it: ${problem}`
}

// what turns the writing direction or is not seen could make a page show something else than what is granted
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u

function isText({ maxLength = longest.text, pattern }: TextField, value: unknown): boolean {
  if (typeof value !== 'string' || value.length > maxLength || !isLegible(value) || unseen.test(value)) return false
  return pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(value)
}

function isNumber({ min, max, whole }: NumberField, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  if (whole === true && !Number.isSafeInteger(value)) return false
  return (min === undefined || value >= min) && (max === undefined || value <= max)
}

function isAmount({ currencies, max }: AmountField, value: unknown): boolean {
  const amount = parseAmount(value)
  if (amount === undefined || !currencies.includes(amount.currency)) return false
  const most = max === undefined ? undefined : parseDecimal(max)
  return most === undefined || amount.thousandths <= most
}

function isChoice({ values }: ChoicesField, value: unknown): boolean {
  return isList(value, each => Object.hasOwn(values, each))
}

function isLocations({ isLocation }: CheckWorld, value: unknown): boolean {
  return isList(value, isLocation)
}

function isList(value: unknown, isGood: (text: string) => boolean): boolean {
  const texts = asTexts(value)
  if (texts === undefined || texts.length === 0 || texts.length > longest.list) return false
  return new Set(texts).size === texts.length && texts.every(isGood)
}

/** A name that a stranger wrote, for a message. */
export function quoted(name: string): string {
  return /^[\w.:/-]{1,60}$/.test(name) ? `\`${name}\`` : 'one of its members'
}
