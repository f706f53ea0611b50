// RFC 7518 §3.4, RFC 3279 §2.2.3
const sequenceTag = 0x30
const integerTag = 0x02
const longForm = 0x81

/** An ECDSA signature as DER, from the two numbers that a JWS puts one after the other. */
export function derOfConcat(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  const r = integer(signature.subarray(0, half))
  const s = integer(signature.subarray(half))
  const length = r.length + s.length
  return Uint8Array.of(sequenceTag, ...(length < 0x80 ? [length] : [longForm, length]), ...r, ...s)
}

/** DER integers are as short as they can be, and one that begins with a set bit would be negative. */
function integer(number: Uint8Array): readonly number[] {
  let start = 0
  while (start < number.length - 1 && number[start] === 0) start++
  const digits = number.subarray(start)
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : []
  return [integerTag, digits.length + sign.length, ...sign, ...digits]
}
