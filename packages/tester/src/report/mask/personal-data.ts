// RFC 5322 §3.4.1; ISO 13616; ISO/IEC 7812-1
import type { Labels } from './labels.ts'

/**
 * Hides personal data that can be told by its form: email addresses, bank accounts and card numbers with a right checksum,
 * phone numbers with a country code, social security numbers, public IP addresses. `hosts` are left as they are.
 */
export function hidePersonalData(text: string, labels: Labels, hosts: ReadonlySet<string>): string {
  if (text.length < 6) return text
  const withoutMail = text.includes('@') ? hideEmails(text, labels) : text
  if (!/\d/.test(withoutMail)) return withoutMail
  return withoutMail
    .replaceAll(/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g, found =>
      isIban(found) ? labels.label('bank account', found) : found,
    )
    .replaceAll(/\b\d{3}-\d{2}-\d{4}\b/g, found =>
      isSocialSecurity(found) ? labels.label('national id', found) : found,
    )
    .replaceAll(/\+?\d[\d ().-]{6,}\d/g, found => hideDigits(found, labels))
    .replaceAll(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g, found =>
      isPublicAddress(found) && !hosts.has(found) ? labels.label('IP address', found) : found,
    )
    .replaceAll(/(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi, found =>
      isPublicV6(found) && !hosts.has(found) ? labels.label('IP address', found) : found,
    )
}

// from each `@` to both sides, so that a long text without one costs nothing
function hideEmails(text: string, labels: Labels): string {
  let shown = ''
  let from = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const local = /[\w.!#$&'*+=^`{|}~%-]{1,64}$/.exec(text.slice(Math.max(from, at - 64), at))?.[0]
    const domain = /^[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){0,8}/u.exec(text.slice(at + 1, at + 256))?.[0]
    if (local === undefined || domain === undefined || !domain.includes('.')) continue
    const end = at + 1 + domain.length
    shown += text.slice(from, at - local.length) + labels.label('email address', text.slice(at - local.length, end))
    from = end
  }
  return shown + text.slice(from)
}

function hideDigits(found: string, labels: Labels): string {
  const digits = found.replaceAll(/\D/g, '')
  if (isCardNumber(digits) && /^\d+(?:([ -])\d{2,6}(?:\1\d{2,6})*)?$/.test(found))
    return labels.label('card number', found)
  const isPhone = found.startsWith('+') && digits.length >= 8 && digits.length <= 15
  return isPhone ? labels.label('phone number', found) : found
}

/** The country, the check digits and a remainder of one. */
function isIban(text: string): boolean {
  const plain = text.replaceAll(' ', '')
  if (plain.length < 15 || plain.length > 34) return false
  let remainder = 0
  for (const each of plain.slice(4) + plain.slice(0, 4)) {
    const value = Number.parseInt(each, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}

const cardNumber =
  /^(?:4\d{15}|4\d{18}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|6(?:011|5\d\d|4[4-9]\d)\d{12})$/

/** A number that a card network gives out, with a right check digit. */
export function isCardNumber(digits: string): boolean {
  if (!cardNumber.test(digits)) return false
  const sum = [...digits].reverse().reduce((total, each, index) => {
    const value = Number(each) * (index % 2 === 0 ? 1 : 2)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

function isSocialSecurity(text: string): boolean {
  return !/^(?:000|666|9\d\d)|-00-|-0000$/.test(text)
}

/** An address by which a person could be found; what is private, of the loopback or for documentation is nobody's. */
function isPublicAddress(text: string): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number)
  if ([a, b, c, d].some(part => part > 255) || a === 0 || a === 10 || a === 127 || a >= 224) return false
  if ((a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254)) return false
  return !['192.0.2', '198.51.100', '203.0.113'].includes(`${a}.${b}.${c}`)
}

// times of day have colons too: an address has eight groups, or leaves some out
function isPublicV6(text: string): boolean {
  const groups = text.split(':')
  if (!text.includes('::') && groups.length !== 8) return false
  return /^[23][0-9a-f]{3}:/i.test(text) && !/^2001:0?db8:/i.test(text)
}
