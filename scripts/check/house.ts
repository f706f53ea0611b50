import { keysOf, readJsonObject, readPackages } from '../source/packages.ts'
import { codePatterns, readFiles } from '../source/tree.ts'
import type { House } from './floors.ts'

/** Reads the whole house, to be judged by `findFloorProblems`. */
export function readHouse(): House {
  return {
    packages: readPackages(),
    development: keysOf(readJsonObject('package.json')['devDependencies']),
    files: readFiles(codePatterns),
  }
}
