import type { SheetRow } from './sheet.ts'

/** How many rows a sheet has, and a digest over them that does not depend on their order. */
export type SheetDigest = { readonly rows: number; readonly digest: string }

/** Hashes a text into bytes: SHA-256. */
export type HashText = (text: string) => Uint8Array

const lanes = 8

/**
 * Adds up the hashes of rows, so that the order in which two stores keep them does not matter: eight sums of 32 bits each.
 * It finds what was lost, doubled or changed by accident.
 */
export class RowDigest {
  readonly #sums = new Uint32Array(lanes)
  readonly #hash: HashText
  #rows = 0

  constructor(hash: HashText) {
    this.#hash = hash
  }

  add(row: SheetRow): void {
    const bytes = this.#hash(JSON.stringify(row))
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let lane = 0; lane < lanes; lane++) this.#sums[lane] = (this.#sums[lane] ?? 0) + view.getUint32(lane * 4)
    this.#rows++
  }

  result(): SheetDigest {
    const digest = Array.from(this.#sums, sum => sum.toString(16).padStart(8, '0')).join('')
    return { rows: this.#rows, digest }
  }
}
