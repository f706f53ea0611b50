/** A set of small whole numbers, 32 to a word; all sets of one catalogue have the same number of words. */
export type Bits = readonly number[]

/** A set that is still being filled. */
export type MutableBits = number[]

/** Makes an empty set for numbers below `size`. */
export function emptyBits(size: number): MutableBits {
  return new Array<number>(Math.max(1, Math.ceil(size / 32))).fill(0)
}

/** Adds a number to a set. */
export function addBit(bits: MutableBits, index: number): void {
  bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31))
}

/** Adds all of another set to a set. */
export function addBits(bits: MutableBits, added: Bits): void {
  for (const [word, value] of added.entries()) bits[word] = (bits[word] ?? 0) | value
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

/** Lists what is in both sets, in ascending order. */
export function sharedIndices(a: Bits, b: Bits): readonly number[] {
  const indices: number[] = []
  for (const [word, value] of a.entries()) {
    let rest = value & (b[word] ?? 0)
    while (rest !== 0) {
      const bit = 31 - Math.clz32(rest & -rest)
      indices.push(word * 32 + bit)
      rest &= rest - 1
    }
  }
  return indices
}
