/** A set of small whole numbers, 32 to a word; the sets of one question have the same number of words. */
export type Bits = readonly number[]

/** Makes a set of numbers below `size`. */
export function bitsOf(indices: Iterable<number>, size: number): Bits {
  const bits = new Array<number>(Math.ceil(size / 32)).fill(0)
  for (const index of indices) bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31))
  return bits
}

/** Tells whether a number is in a set. */
export function hasBit(bits: Bits, index: number): boolean {
  return (((bits[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1
}

/** Tells whether all of `part` is in `whole`. */
export function holdsBits(whole: Bits, part: Bits): boolean {
  for (let word = 0; word < part.length; word++) if (((part[word] ?? 0) & ~(whole[word] ?? 0)) !== 0) return false
  return true
}

/** Tells whether two sets have something in common. */
export function bitsMeet(a: Bits, b: Bits): boolean {
  for (let word = 0; word < a.length; word++) if (((a[word] ?? 0) & (b[word] ?? 0)) !== 0) return true
  return false
}

/** Puts two sets together. */
export function joinBits(a: Bits, b: Bits): Bits {
  const bits: number[] = []
  for (let word = 0; word < a.length; word++) bits.push((a[word] ?? 0) | (b[word] ?? 0))
  return bits
}

/** Gives what two sets have in common. */
export function sharedBits(a: Bits, b: Bits): Bits {
  const bits: number[] = []
  for (let word = 0; word < a.length; word++) bits.push((a[word] ?? 0) & (b[word] ?? 0))
  return bits
}

/** Gives what is in the first set and not in the second. */
export function withoutBits(a: Bits, b: Bits): Bits {
  const bits: number[] = []
  for (let word = 0; word < a.length; word++) bits.push((a[word] ?? 0) & ~(b[word] ?? 0))
  return bits
}

/** Counts what two sets have in common. */
export function countShared(a: Bits, b: Bits): number {
  let count = 0
  for (let word = 0; word < a.length; word++) count += countOnes((a[word] ?? 0) & (b[word] ?? 0))
  return count
}

/** Lists what is in a set, in ascending order. */
export function indicesOf(bits: Bits): readonly number[] {
  const indices: number[] = []
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1)
      indices.push(word * 32 + 31 - Math.clz32(rest & -rest))
  }
  return indices
}

function countOnes(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
