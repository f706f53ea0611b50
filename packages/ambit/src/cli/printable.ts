// ECMA-48 §5.3; UAX #9 §2
/** What moves a terminal's cursor, turns the direction of writing, or cannot be seen. */
const strange = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Text of a stranger on one line, in which a question mark stands for each sign that a terminal would obey. */
export function printableLine(text: string): string {
  return text.replace(strange, '?')
}

/** The same with the lines that it has. */
export function printableText(text: string): string {
  return text.replace(strange, sign => (sign === '\n' || sign === '\t' ? sign : '?'))
}
