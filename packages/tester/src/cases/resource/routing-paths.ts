// RFC 3986 §3.3, §5.2.4, §6.2.2
import type { CaseText, TestCase } from '../../catalogue/test-case.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'
import { splitTarget, tryDetour } from './routing-bypass.ts'

type Spelling = { readonly variant: string; readonly spell: (path: string) => string }

const last = (path: string) => path.slice(path.lastIndexOf('/') + 1)
const parent = (path: string) => path.slice(0, path.lastIndexOf('/'))
const encode = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`

const slashes: readonly Spelling[] = [
  { variant: 'a slash behind', spell: path => `${path}/` },
  { variant: 'two slashes behind', spell: path => `${path}//` },
  { variant: 'two slashes in front', spell: path => `/${path}` },
  { variant: 'three slashes in front', spell: path => `//${path}` },
  { variant: 'two slashes within', spell: path => `${parent(path)}//${last(path)}` },
  { variant: '/./ in front', spell: path => `/.${path}` },
  { variant: '/./ within', spell: path => `${parent(path)}/./${last(path)}` },
  { variant: '/. behind', spell: path => `${path}/.` },
  { variant: '/x/.. in front', spell: path => `/tester/..${path}` },
  { variant: '/x/../ within', spell: path => `${parent(path)}/tester/../${last(path)}` },
  { variant: '/x/..;/ in front', spell: path => `/tester/..;${path}` },
  { variant: '/..;/ within', spell: path => `${parent(path)}/tester/..;/${last(path)}` },
  { variant: '/;/ within', spell: path => `${parent(path)}/;/${last(path)}` },
  { variant: 'backslash within', spell: path => `${parent(path)}\\${last(path)}` },
  { variant: 'backslash behind', spell: path => `${path}\\` },
  { variant: 'from above the root', spell: path => `/../..${path}` },
]

const spellings: readonly Spelling[] = [
  { variant: '%2e as a segment', spell: path => `/%2e${path}` },
  { variant: '%2e%2e after a segment', spell: path => `/tester/%2e%2e${path}` },
  { variant: '%2f as a slash', spell: path => `${parent(path)}%2f${last(path)}` },
  { variant: '%5c as a slash', spell: path => `${parent(path)}%5c${last(path)}` },
  {
    variant: 'a letter encoded',
    spell: path => `${parent(path)}/${encode(last(path).slice(0, 1))}${last(path).slice(1)}`,
  },
  {
    variant: 'a letter encoded twice',
    spell: path => `${parent(path)}/${encode(last(path).slice(0, 1)).replace('%', '%25')}${last(path).slice(1)}`,
  },
  { variant: '%252e as a segment', spell: path => `/%252e${path}` },
  { variant: '%252f as a slash', spell: path => `${parent(path)}%252f${last(path)}` },
  { variant: 'in capitals', spell: path => path.toUpperCase() },
  {
    variant: 'with a capital',
    spell: path => `${parent(path)}/${last(path).slice(0, 1).toUpperCase()}${last(path).slice(1)}`,
  },
  { variant: ';jsessionid behind', spell: path => `${path};jsessionid=1` },
  { variant: '; behind', spell: path => `${path};` },
  { variant: '.json behind', spell: path => `${path}.json` },
  { variant: '.html behind', spell: path => `${path}.html` },
  { variant: 'an image behind', spell: path => `${path}/tester.png` },
  { variant: '%20 behind', spell: path => `${path}%20` },
  { variant: '%09 behind', spell: path => `${path}%09` },
  { variant: '%00 behind', spell: path => `${path}%00` },
  { variant: '%0a behind', spell: path => `${path}%0a` },
  { variant: '%3f behind', spell: path => `${path}%3f` },
  { variant: '%23 behind', spell: path => `${path}%23` },
  { variant: '# behind', spell: path => `${path}#tester` },
  { variant: 'an overlong slash', spell: path => `${parent(path)}%c0%af${last(path)}` },
]

/** RS-ROU-01: slashes and dots that some part of the way takes away. */
export const slashPaths: TestCase = pathCase(
  {
    id: 'RS-ROU-01',
    title: 'the same address with more slashes and dots',
    why: 'Where the guard compares the address as it came and the router tidies it first, an untidy address goes past the guard.',
    remedy:
      'Guard the operation behind the router, or refuse addresses that are not tidy before anything looks at them.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 3986 §5.2.4', 'OWASP API5:2023', 'OWASP ASVS 5.0 §8.2.1'],
    tags: ['routing'],
  },
  slashes,
)

/** RS-ROU-02: encodings, capitals and endings. */
export const encodedPaths: TestCase = pathCase(
  {
    id: 'RS-ROU-02',
    title: 'the same address, encoded or with another ending',
    why: 'Where guard and router do not decode alike, the same operation has addresses that only one of them knows.',
    remedy: 'Decode once, before guard and router, and let both use the same result.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 3986 §6.2.2', 'OWASP API8:2023'],
    tags: ['routing'],
  },
  spellings,
)

function pathCase(text: CaseText, all: readonly Spelling[]): TestCase {
  return caseOnGuards(text, (operation, api) => {
    const different = all.filter(({ spell }) => spell(operation.path) !== operation.path)
    return different.map(
      ({ variant, spell }): Trial => ({
        variant,
        run: context =>
          tryDetour(context, {
            operation,
            api,
            sent: `the address with ${variant}`,
            reshape: request => {
              const { path, query } = splitTarget(request.target)
              return { ...request, target: `${spell(path)}${query}` }
            },
          }),
      }),
    )
  })
}

const olderText: CaseText = {
  id: 'RS-ROU-05',
  title: 'older and other versions of the address',
  why: 'Old versions are kept for old clients and forgotten: they do the same and are guarded less.',
  remedy: 'Switch off what nobody uses, and put the same guard before what is left.',
  severity: 'high',
  level: 'L0',
  sources: ['OWASP API9:2023'],
  tags: ['routing', 'inventory'],
}

const usualPrefixes = ['/v0', '/v1', '/v2', '/beta', '/old', '/test', '/internal', '/api', '/api/v1']

/** RS-ROU-05: prefixes of versions, told and guessed. */
export const olderVersions: TestCase = caseOnGuards(olderText, (operation, api) => {
  const prefixed = [...new Set([...api.olderPaths, ...usualPrefixes])].map(prefix => ({
    variant: prefix,
    spell: (path: string) => `${prefix.replace(/\/$/, '')}${path}`,
  }))
  const numbered = ['v0', 'v1', 'v2', 'v3', 'beta'].map(version => ({
    variant: `${version} in place of its version`,
    spell: (path: string) => path.replace(/\/v\d+(?=\/)/, `/${version}`),
  }))
  const known = new Set(api.operations.map(({ path }) => path))
  return [...prefixed, ...numbered]
    .filter(({ spell }) => !known.has(spell(operation.path)))
    .map(
      ({ variant, spell }): Trial => ({
        variant,
        run: context =>
          tryDetour(context, {
            operation,
            api,
            sent: `the address under ${variant}`,
            reshape: request => {
              const { path, query } = splitTarget(request.target)
              return { ...request, target: `${spell(path)}${query}` }
            },
          }),
      }),
    )
})
