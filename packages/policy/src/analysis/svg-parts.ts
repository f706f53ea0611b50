/** Escapes a text for SVG; characters that XML does not allow are replaced. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\ufffe\uffff]/gu, '\ufffd')
    .replaceAll(/[&<>"']/g, character => entities.get(character) ?? '')
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

/** How wide a character of the pictures' type is, in pixels. */
export const CHARACTER = 7.3

/** Cuts a text that is too long for its place. */
export function cutText(text: string, most: number): string {
  const characters = Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

/** Writes a number of pixels. */
export function pixels(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** The shapes of a cell, 12 pixels around its middle: whole or half, full or only drawn, round or, with conditions, pointed. */
export const shapes = {
  alone: 'M0 -6a6 6 0 1 1 0 12a6 6 0 1 1 0 -12z',
  in_part: 'M3 -6a6 6 0 1 0 0 12z',
  alone_if: 'M0 -7l7 7l-7 7l-7 -7z',
  in_part_if: 'M3.5 -7l-7 7l7 7z',
} as const

/** The looks of the pictures, by light and by dark. */
export const style = `
text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1c2430}
.title{font-size:15px;font-weight:600}
.ground{fill:#fff}
.band{fill:#f3f5f8}
.rule{stroke:#d5dae1;stroke-width:1}
.group{stroke:#8b95a3;stroke-width:1}
.itself{fill:#1f5fbf;stroke:#1f5fbf;stroke-width:1.5}
.coverage{fill:none;stroke:#1f5fbf;stroke-width:1.5}
.quiet,.quiet text{fill:#5b6675}
.good{fill:#1a6b34}
.warn{fill:#8a5200}
.bad{fill:#b3261e}
@media(prefers-color-scheme:dark){
text{fill:#e4e8ee}
.ground{fill:#14181e}
.band{fill:#1c222a}
.rule{stroke:#343c47}
.group{stroke:#7c8796}
.itself{fill:#7fb0ff;stroke:#7fb0ff}
.coverage{stroke:#7fb0ff}
.quiet,.quiet text{fill:#a3adba}
.good{fill:#6fd08c}
.warn{fill:#f0b45c}
.bad{fill:#ff8f85}
}
`
