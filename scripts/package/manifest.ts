import { isObject } from '../source/packages.ts'

type Manifest = Readonly<Record<string, unknown>>

/** Where compiled files lie inside a package. */
export const compiled = 'dist'

/** The `package.json` to publish: made from the one in the repository, with every path at its compiled file. */
export function publishedManifest(manifest: Manifest, defaults: Manifest): Manifest {
  const { exports, bin, private: _private, scripts: _scripts, devDependencies: _development, ...rest } = manifest
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(defaults).filter(([key]) => !(key in manifest))),
    ...(isObject(bin) ? { bin: mapValues(bin, path => compiledPath(path).replace(/^\.\//, '')) } : {}),
    exports: {
      ...mapValues(isObject(exports) ? exports : {}, path => ({
        types: compiledPath(path).replace(/\.js$/, '.d.ts'),
        default: compiledPath(path),
      })),
      './package.json': './package.json',
    },
    files: [compiled],
  }
}

/** `./src/index.ts` becomes `./dist/index.js`. */
export function compiledPath(path: string): string {
  return path.replace(/^(\.\/)?src\//, `./${compiled}/`).replace(/\.ts$/, '.js')
}

function mapValues<T>(values: Manifest, change: (text: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(String(value))]))
}
