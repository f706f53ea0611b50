import { posix } from 'node:path'
import { type Matrix, type Proof, provedBy } from './matrix.ts'
import { compareReferences } from './reference.ts'
import type { Must, Requirements } from './requirements.ts'

/** Where the page lies. */
export const matrixPath = 'docs/matrix.md'

const head = `# Specifications and tests

Which test proves which section. The names of the tests say it; \`npm run check -- matrix --fix\` writes this page.
`

/** Prints the matrix as a page: for each document what it demands of us, and every claim that a test makes. */
export function printMatrix(matrix: Matrix): string {
  const documents = new Set([
    ...matrix.proofs.map(proof => proof.reference.document),
    ...matrix.requirements.map(({ rfc }) => rfc),
  ])
  const order = [...documents].sort((a, b) => compareReferences(place(a), place(b)))
  const chapters = order.map(document => printChapter(document, matrix))
  return [head, printSummary(order, matrix), ...chapters].join('\n')
}

function printSummary(documents: readonly string[], matrix: Matrix): string {
  const rows = documents.map(document => {
    const proofs = proofsIn(document, matrix)
    const musts = mustsIn(document, matrix)
    const proved = musts.filter(must => must.tests.length > 0).length
    const demands = musts.length === 0 ? '' : `${proved} of ${musts.length}`
    return `| [${document}](#${anchor(headingOf(document, matrix))}) | ${demands} | ${new Set(proofs.map(proof => proof.name)).size} |`
  })
  return ['| document | demands proved by a test | claims |', '|---|---|---|', ...rows, ''].join('\n')
}

function printChapter(document: string, matrix: Matrix): string {
  const demands = mustsIn(document, matrix).map(must => printMust(must, matrix))
  const claims = new Set(proofsIn(document, matrix).map(printProof))
  return [
    `## ${headingOf(document, matrix)}\n`,
    ...printTable(['section', 'demand', 'concerns', 'proof'], demands),
    ...printTable(['section', 'claim', 'test'], [...claims]),
  ].join('\n')
}

function printTable(columns: readonly string[], rows: readonly string[]): readonly string[] {
  if (rows.length === 0) return []
  return [`| ${columns.join(' | ')} |`, `|${'---|'.repeat(columns.length)}`, ...rows, '']
}

function printMust(must: Must, matrix: Matrix): string {
  const files = new Set(must.tests.flatMap(name => provedBy(name, matrix.proofs)).map(proof => link(proof.path)))
  const proof = [...files, ...(must.reason === undefined ? [] : [cell(must.reason)])].join('<br>')
  return `| ${must.section} | ${cell(must.text)} | ${cell(must.concerns)} | ${proof} |`
}

function printProof({ reference, sentence, path }: Proof): string {
  return `| ${reference.section} | ${cell(sentence)} | ${link(path)} |`
}

function proofsIn(document: string, { proofs }: Matrix): readonly Proof[] {
  return proofs
    .filter(({ reference }) => reference.document === document)
    .toSorted((a, b) => compareReferences(a.reference, b.reference) || (a.name < b.name ? -1 : 1))
}

function mustsIn(document: string, { requirements }: Matrix): readonly Must[] {
  return requirements.filter(({ rfc }) => rfc === document).flatMap(({ musts }) => musts)
}

function headingOf(document: string, { requirements }: Matrix): string {
  const found: Requirements | undefined = requirements.find(({ rfc }) => rfc === document)
  return found ? `${document}: ${found.title}` : document
}

function place(document: string) {
  return { document, section: '' }
}

function link(path: string): string {
  return `[${posix.basename(path)}](../${path})`
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;').replaceAll('\n', ' ')
}

/** The anchor that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}
