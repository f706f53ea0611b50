// RFC 7518 §3.4, RFC 3279 §2.2.3
const sequenceTag = 0x30
const integerTag = 0x02
const longForm = 0x81
const longestShortForm = 0x7f

/** An ECDSA signature as DER, from the two numbers that a JWS puts one after the other. */
export function derOfConcat(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  const first = startOf(signature, 0, half)
  const second = startOf(signature, half, signature.length)
  const [r, s] = [half - first + signOf(signature, first), signature.length - second + signOf(signature, second)]
  const length = r + s + 4
  const head = length > longestShortForm ? 3 : 2
  const der = new Uint8Array(head + length)
  der[0] = sequenceTag
  if (head === 3) der[1] = longForm
  der[head - 1] = length
  writeInteger(der, head, signature.subarray(first, half))
  writeInteger(der, head + 2 + r, signature.subarray(second))
  return der
}

/** DER integers are as short as they can be. */
function startOf(bytes: Uint8Array, from: number, to: number): number {
  let start = from
  while (start < to - 1 && bytes[start] === 0) start++
  return start
}

/** A first byte whose highest bit is set would make the number negative, so that a zero goes before it. */
function signOf(bytes: Uint8Array, start: number): number {
  return (bytes[start] ?? 0) > 0x7f ? 1 : 0
}

function writeInteger(der: Uint8Array, at: number, digits: Uint8Array): void {
  const sign = signOf(digits, 0)
  der[at] = integerTag
  der[at + 1] = digits.length + sign
  der.set(digits, at + 2 + sign)
}
