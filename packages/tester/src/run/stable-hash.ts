/** A hash of a text that is the same on every machine and in every version: 16 hexadecimal digits. It keeps no secret. */
export function stableHash(text: string): string {
  return [mix(text, 0x811c9dc5), mix(text, 0x1b873593)].map(part => part.toString(16).padStart(8, '0')).join('')
}

/** The same hash as a number of 32 bits. */
export function stableNumber(text: string): number {
  return mix(text, 0x811c9dc5)
}

function mix(text: string, start: number): number {
  let hash = start
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** Bytes that look random and are the same for the same seed. For values that may be known; never for a secret. */
export function seededBytes(seed: string): (length: number) => Uint8Array {
  let [a, b, c, d] = [mix(seed, 1), mix(seed, 2), mix(seed, 3), mix(seed, 4)]
  const next = () => {
    const sum = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum & 0xff
  }
  return length => Uint8Array.from({ length }, next)
}
