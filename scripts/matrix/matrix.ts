import type { SourceFile } from '../source/tree.ts'
import { isCitation, parseClaim, type Reference } from './reference.ts'
import { parseRequirements, type Requirements } from './requirements.ts'
import { readTestNames, type TestName } from './test-names.ts'

/** A test that proves something about one place in a specification. */
export interface Proof {
  readonly reference: Reference
  readonly sentence: string
  readonly path: string
  /** The name that a requirement may cite: the test's, or the suite's and the test's. */
  readonly name: string
}

/** All that the matrix shows, and all that is wrong with it. */
export interface Matrix {
  readonly proofs: readonly Proof[]
  readonly requirements: readonly Requirements[]
  readonly problems: readonly string[]
}

/** Where tests are named: in test files, and in the published suites that test files run. */
export const namePatterns = [
  'packages/*/src/**/*.test.ts',
  'packages/*/src/**/testing/**/*.ts',
  'test/**/*.test.ts',
] as const

/** Builds the matrix from test files and requirement files. */
export function buildMatrix(tests: readonly SourceFile[], demands: readonly SourceFile[]): Matrix {
  const problems: string[] = []
  const say = (sentence: string) => void problems.push(sentence)
  const proofs = tests.flatMap(readTestNames).flatMap(name => proofsOf(name, say))
  const requirements = demands.map(file => parseRequirements(file, say))
  for (const { path, musts } of requirements)
    for (const { section, tests: wanted } of musts)
      for (const name of wanted.filter(prefix => provedBy(prefix, proofs).length === 0))
        say(`${path}: ${section} names the test \`${name}\`, which does not exist`)
  return { proofs, requirements, problems }
}

/** The proofs whose name starts with what a requirement cites. */
export function provedBy(prefix: string, proofs: readonly Proof[]): readonly Proof[] {
  return proofs.filter(({ name }) => name.startsWith(prefix))
}

function proofsOf(test: TestName, say: (sentence: string) => void): readonly Proof[] {
  const name = citingName(test)
  if (name === undefined) return []
  const claim = parseClaim(name)
  if (!claim) say(`${test.path}: the test name \`${name}\` is not written \`RFC 6749 §4.1.3: what it proves\``)
  const { references = [], sentence = '' } = claim ?? {}
  return references.map(reference => ({ reference, sentence, path: test.path, name }))
}

/** The name from the innermost citation on: the test's own, or that of the nearest suite that cites. */
function citingName({ suites, name }: TestName): string | undefined {
  if (isCitation(name)) return name
  const suite = suites.findLast(isCitation)
  return suite && `${suite}: ${name}`
}
