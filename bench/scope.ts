import { pathToFileURL } from 'node:url'
import { type Catalogue, defineScopes, type ScopeSet } from '@ambit/scope'
import { at, type Match, type Operation, play, type Row } from './match.ts'

const NAMES = ['order', 'order:items', 'order:items:price', 'inventory:read', 'inventory:write', 'inventory:price:read']
const MORE_NAMES = ['openid', 'profile', 'email', 'read_pets', 'write_pets', 'https://api.example/auth/drive']
const FILLERS = Array.from({ length: 18 }, (_, index) => `area${index}:thing:read`)
const ALL_NAMES = [...NAMES, ...MORE_NAMES, ...FILLERS]

const catalogue: Catalogue = defineScopes({
  verbs: ['read', 'write'],
  scopes: Object.fromEntries(ALL_NAMES.map(name => [name, {}])),
})

// held sets and needed sets as an API sees them: a handful of scopes against one or two
const HELD = ['openid profile order inventory:read', 'openid email order:items', 'read_pets write_pets inventory:write']
const NEEDED = ['order:items:price', 'order:items inventory:price:read', 'write_pets', 'inventory:write']
const ASKED = ['openid profile order', 'order email', 'order:items inventory:read read_pets']
const NEW_TEXTS = Array.from({ length: 20_000 }, (_, index) => textOf(index))

// four different names in an order that does not come again for a long time
function textOf(seed: number): string {
  const picked = [seed, seed / 30, seed / 900, seed / 27_000].map((part, place) => (Math.floor(part) + place * 7) % 30)
  return [...new Set(picked)].map(place => ALL_NAMES[place]).join(' ')
}

const KNOWN = new Set(ALL_NAMES)

// the usual way: split at spaces, look each token up
function splitAndLookUp(text: string): number {
  return text.split(' ').filter(token => KNOWN.has(token)).length
}

function splitAndInclude(held: string, needed: string): boolean {
  const tokens = held.split(' ')
  return needed.split(' ').every(token => tokens.includes(token))
}

// the idea of a hierarchic strategy: each held scope against each needed one, segment by segment, on strings
function coversByStrings(held: readonly string[], needed: readonly string[]): boolean {
  return needed.every(token => held.some(wider => isBelow(wider, token)))
}

function isBelow(wider: string, token: string): boolean {
  if (wider === token) return true
  if (wider.length > token.length) return false
  const beginning = wider.split(':')
  const segments = token.split(':')
  return beginning.every((segment, index) => segments[index] === segment)
}

function narrowByStrings(held: readonly string[], asked: readonly string[]): readonly string[] {
  return asked.filter(token => held.some(wider => isBelow(wider, token)))
}

function read(text: string): ScopeSet {
  return catalogue.read(text.split(' ')).scope
}

function matches(): readonly Match[] {
  const [held, needed, asked] = [HELD.map(read), NEEDED.map(read), ASKED.map(read)]
  const splitAll = (texts: readonly string[]) => texts.map(text => text.split(' '))
  const [heldLists, neededLists, askedLists] = [splitAll(HELD), splitAll(NEEDED), splitAll(ASKED)]
  const parse = (texts: readonly string[]) => (round: number) => (catalogue.parse(at(texts, round)).ok ? 1 : 0)
  const covers: Operation = round => (catalogue.covers(at(held, round), at(needed, round)) ? 1 : 0)
  const narrow: Operation = round => catalogue.narrow(at(held, round), at(asked, round)).size
  return [
    {
      work: 'parse a scope value seen before',
      peer: 'split and look up',
      ours: parse(HELD),
      theirs: round => splitAndLookUp(at(HELD, round)),
    },
    {
      work: 'parse a new scope value, with all checks',
      peer: 'split and look up',
      ours: parse(NEW_TEXTS),
      theirs: round => splitAndLookUp(at(NEW_TEXTS, round)),
    },
    {
      work: 'covers',
      peer: 'split and includes (no hierarchy)',
      ours: covers,
      theirs: round => (splitAndInclude(at(HELD, round), at(NEEDED, round)) ? 1 : 0),
    },
    {
      work: 'covers',
      peer: 'hierarchy string by string',
      ours: covers,
      theirs: round => (coversByStrings(at(heldLists, round), at(neededLists, round)) ? 1 : 0),
    },
    {
      work: 'parse and covers, from the text of a token seen before',
      peer: 'split and includes (no hierarchy)',
      ours: round => {
        const parsed = catalogue.parse(at(HELD, round))
        return parsed.ok && catalogue.covers(parsed.value.scope, at(needed, round)) ? 1 : 0
      },
      theirs: round => (splitAndInclude(at(HELD, round), at(NEEDED, round)) ? 1 : 0),
    },
    {
      work: 'narrow',
      peer: 'hierarchy string by string (no meet)',
      ours: narrow,
      theirs: round => narrowByStrings(at(heldLists, round), at(askedLists, round)).length,
    },
  ]
}

/** Plays each piece of work against its peer in interleaved rounds and gives the medians; takes about eight seconds. */
export async function run(): Promise<readonly Row[]> {
  return matches().map(play)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const shown = (rate: number) => `${(rate / 1e6).toFixed(2)} M/s`
  for (const row of await run()) {
    const figures = `${shown(row.ours).padStart(11)} ${shown(row.peerValue).padStart(11)} ${row.ratio.toFixed(1).padStart(7)}×`
    console.log(`${row.work.padEnd(56)}${figures}  ${row.peer}`)
  }
}
