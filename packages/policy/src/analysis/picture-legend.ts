import { pixels, shapes } from './svg-parts.ts'

const entries = [
  { look: 'itself', shape: 'alone', words: 'opens the action alone' },
  { look: 'coverage', shape: 'alone', words: 'does so by covering another scope' },
  { look: 'itself', shape: 'in_part', words: 'opens it together with others' },
  { look: 'coverage', shape: 'in_part', words: 'does so by covering another scope' },
  { look: 'itself', shape: 'alone_if', words: 'pointed: if the rules of the action hold' },
] as const satisfies readonly { readonly look: string; readonly shape: keyof typeof shapes; readonly words: string }[]

/** Draws what the shapes of a picture mean. */
export function legend(x: number, y: number): string {
  const lines = entries.map(({ look, shape, words }, index) => {
    const at = `translate(${pixels(x + 8)} ${pixels(y + index * 22 - 4)})`
    return `<path class="${look}" transform="${at}" d="${shapes[shape]}"/><text x="${pixels(x + 26)}" y="${pixels(y + index * 22)}">${words}</text>`
  })
  return `<g class="quiet">${lines.join('')}</g>`
}
