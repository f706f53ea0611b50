import { buildMatrix, namePatterns } from '../matrix/matrix.ts'
import { matrixPath, printMatrix } from '../matrix/page.ts'
import { requirementPatterns } from '../matrix/requirements.ts'
import { readFiles } from '../source/tree.ts'
import { problemsOfGenerated } from './generated.ts'

/** Checks that the matrix is whole and that its page is the one the tests give; `fix` writes the page. */
export function checkMatrix(fix: boolean): readonly string[] {
  const matrix = buildMatrix(readFiles(namePatterns), readFiles(requirementPatterns))
  const pages = [{ path: matrixPath, text: printMatrix(matrix) }]
  return [...matrix.problems, ...problemsOfGenerated(pages, { name: 'matrix', fix })]
}
