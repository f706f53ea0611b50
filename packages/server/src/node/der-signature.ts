// RFC 7518 §3.4, RFC 3279 §2.2.3
const half = 32

/**
 * A P-256 signature as JWS wants it (r and s, 32 bytes each) from the DER that OpenSSL gives.
 * @spec RFC 7518 §3.4
 */
export function concatOfDer(der: Uint8Array): Buffer {
  const concat = Buffer.alloc(2 * half)
  const rLength = der[3] ?? 0
  const sLength = der[5 + rLength] ?? 0
  copyInteger(der.subarray(4, 4 + rLength), concat.subarray(0, half))
  copyInteger(der.subarray(6 + rLength, 6 + rLength + sLength), concat.subarray(half))
  return concat
}

/** A DER integer has a leading zero where its first bit is set, and no leading zeros otherwise. */
function copyInteger(from: Uint8Array, to: Uint8Array): void {
  const digits = from.length > half ? from.subarray(from.length - half) : from
  to.set(digits, half - digits.length)
}
