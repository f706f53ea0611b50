import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { ConfigError } from './config-error.ts'

/**
 * Runs a module that a user wrote. It can import this program's packages where none of that name is installed near it.
 * @throws {ConfigError} when it cannot be run
 */
export async function importModule(path: string): Promise<unknown> {
  resolveOwnPackages()
  try {
    return await import(pathToFileURL(path).href)
  } catch (error) {
    const message = isReadAsCommonJs(error) ? commonJs : error instanceof Error ? error.message : String(error)
    throw new ConfigError([{ path: '', message: `it could not be run: ${message}` }], `\`${path}\``, { cause: error })
  }
}

const commonJs =
  'it is a module, and the `package.json` beside or above it says that files are CommonJS; write `"type": "module"` there'

function isReadAsCommonJs(error: unknown): boolean {
  return (
    error instanceof SyntaxError && /import statement outside a module|^Unexpected token 'export'/.test(error.message)
  )
}

const ownPackages: ReadonlySet<string> = new Set(['ambit', '@ambit/scope', '@ambit/policy'])
let isResolving = false

function resolveOwnPackages(): void {
  if (isResolving) return
  isResolving = true
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        if (!ownPackages.has(specifier)) throw error
        return next(import.meta.resolve(specifier), context)
      }
    },
  })
}
