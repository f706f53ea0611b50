// RFC 4291 §2.2, RFC 5952
/** The octets of an address in text: 4 of IPv4, 16 of IPv6 in any of its spellings; `undefined` where it is none. @spec RFC 4291 §2.2 */
export function parseIpAddress(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return parseIpv4(text)
  return groupsOf(text)?.flatMap(group => [group >> 8, group & 0xff])
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  const isAddress = parts.length === 4 && parts.every(part => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  return isAddress ? parts.map(Number) : undefined
}

function groupsOf(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  const [head, tail] = halves.map(half => parseGroups(half))
  if (halves.length > 2 || head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const gap = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined) return gap === 0 ? head : undefined
  return gap >= 1 ? [...head, ...Array.from({ length: gap }, () => 0), ...tail] : undefined
}

function parseGroups(text: string): readonly number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const last = parts.at(-1) ?? ''
  const v4 = last.includes('.') ? parseIpv4(last) : []
  const plain = last.includes('.') ? parts.slice(0, -1) : parts
  if (v4 === undefined || !plain.every(part => /^[0-9a-f]{1,4}$/i.test(part))) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = v4
  const embedded = v4.length === 0 ? [] : [a * 256 + b, c * 256 + d]
  return [...plain.map(part => Number.parseInt(part, 16)), ...embedded]
}
