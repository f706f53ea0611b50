/** A set of small whole numbers, 32 to a word; all sets of one catalogue have the same number of words. */
export type Bits = readonly number[]

/** A set that is still being filled. */
export type MutableBits = number[]

/** Makes an empty set for numbers below `size`. */
export function emptyBits(size: number): MutableBits {
  const bits: MutableBits = []
  for (let word = 0; word * 32 < size; word++) bits.push(0)
  return bits
}

/** Adds a number to a set. */
export function addBit(bits: MutableBits, index: number): void {
  bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31))
}

/** Adds all of another set to a set. */
export function addBits(bits: MutableBits, added: Bits): void {
  for (let word = 0; word < added.length; word++) bits[word] = (bits[word] ?? 0) | (added[word] ?? 0)
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

/** Gives what is in both sets and not in a third. */
export function sharedBits(a: Bits, b: Bits, without: Bits): Bits {
  return a.map((value, word) => value & (b[word] ?? 0) & ~(without[word] ?? 0))
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
