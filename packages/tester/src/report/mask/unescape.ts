// RFC 3986 §2.1; RFC 8259 §7; HTML Living Standard §13.5
/** Rounds after which text that is still escaped stays so. */
const mostRounds = 4

/** A text without its escapes, those within escapes included: `%2541` is `A`. */
export function withoutEscapes(text: string): string {
  let plain = text
  for (let round = 0; round < mostRounds; round += 1) {
    const next = withoutPercents(withoutJsonEscapes(withoutEntities(plain)))
    if (next === plain) return plain
    plain = next
  }
  return plain
}

const namedEntities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** A text with the characters of HTML written out. */
export function withoutEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return namedEntities.get(name.toLowerCase()) ?? whole
    return characterOf(typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal)) ?? whole
  })
}

const jsonEscapes: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** A text with the escapes of JSON strings undone, once. */
export function withoutJsonEscapes(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(/\\(?:u([0-9a-f]{4})|(["\\/bfnrt]))/gi, (whole, hex, mark) =>
    typeof mark === 'string'
      ? (jsonEscapes.get(mark) ?? mark)
      : (characterOf(Number.parseInt(String(hex), 16)) ?? whole),
  )
}

/** A text with percent-encoding undone, once. */
export function withoutPercents(text: string): string {
  if (!text.includes('%')) return text
  const decoder = new TextDecoder()
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, run => {
    const bytes = run.slice(1).split('%')
    return decoder.decode(Uint8Array.from(bytes, byte => Number.parseInt(byte, 16)))
  })
}

function characterOf(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}
