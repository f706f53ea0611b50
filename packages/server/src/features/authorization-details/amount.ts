// RFC 9396 §2
import { asMembers } from './detail-type.ts'

/** An amount of money in thousandths of its currency. */
export type Amount = { readonly currency: string; readonly thousandths: bigint; readonly text: string }

const decimal = /^(0|[1-9]\d{0,14})(?:\.(\d{1,3}))?$/

/** Reads money: exactly `currency` and `amount`, the second a decimal text that no rounding has touched. */
export function parseAmount(value: unknown): Amount | undefined {
  const { currency, amount, ...others } = asMembers(value) ?? {}
  if (typeof currency !== 'string' || typeof amount !== 'string' || Object.keys(others).length > 0) return undefined
  const thousandths = parseDecimal(amount)
  return thousandths === undefined ? undefined : { currency, thousandths, text: `${amount} ${currency}` }
}

/** A decimal text in thousandths; `undefined` for what is none. */
export function parseDecimal(text: string): bigint | undefined {
  const [, whole, fraction = ''] = decimal.exec(text) ?? []
  return whole === undefined ? undefined : BigInt(whole + fraction.padEnd(3, '0'))
}
