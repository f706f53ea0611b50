// UAX #9 §2; ECMA-48 §5.6
/** What moves the cursor, turns the direction of text, or hides in it: a reader is shown its number instead. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu

/**
 * Makes text of a stranger harmless to look at: signs that move the cursor, turn the direction of writing or cannot be seen are
 * shown as `[U+202E]`; line feeds and tabs stay, carriage returns in front of a line feed go.
 */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(invisible, sign => (sign === '\n' || sign === '\t' ? sign : numberOf(sign)))
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replaceAll(/[\n\t]+/g, ' ')
}

function numberOf(sign: string): string {
  return `[U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`
}
