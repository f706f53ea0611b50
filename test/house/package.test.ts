import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withCompiledImports } from '../../scripts/package/build.ts'
import { publishedManifest } from '../../scripts/package/manifest.ts'

test('package: every path of the manifest leads to a compiled file, and what only development needs is gone', () => {
  const manifest = {
    name: 'ambit',
    private: true,
    scripts: { test: 'x' },
    bin: { ambit: './src/main.ts' },
    exports: { '.': './src/index.ts', './testing': './src/testing/contract.ts' },
    dependencies: { hono: '4.0.0' },
    devDependencies: { knip: '6.0.0' },
  }
  assert.deepEqual(publishedManifest(manifest, { name: 'other', license: 'Apache-2.0' }), {
    name: 'ambit',
    dependencies: { hono: '4.0.0' },
    license: 'Apache-2.0',
    bin: { ambit: 'dist/main.js' },
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './testing': { types: './dist/testing/contract.d.ts', default: './dist/testing/contract.js' },
      './package.json': './package.json',
    },
    files: ['dist'],
  })
})

test('package: declarations import compiled files, other texts stay', () => {
  const text =
    "import { a } from './a.ts'\nexport * from '../b.ts'\nexport type C = import('./c.ts').C\nimport 'x.ts'\ntype D = './d.ts'\n"
  const wanted = text.replace('./a.ts', './a.js').replace('../b.ts', '../b.js').replace("('./c.ts')", "('./c.js')")
  assert.equal(withCompiledImports({ path: 'index.d.ts', text }), wanted)
})
