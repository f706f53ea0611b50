import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { keepWhere } from './decision.ts'
import { decisionOf } from './index.ts'
import { anyWorld, type World } from './random-catalogues.test.ts'
import type { ScopeSet } from './scope-set.ts'
import { printScope } from './scope-value.ts'

type Sets = { readonly world: World; readonly sets: readonly ScopeSet[] }

/** A world with some sets over it, each often an enlargement of the one before. */
function worldWithSets(count: number): fc.Arbitrary<Sets> {
  return anyWorld.chain(world =>
    fc
      .array(fc.subarray([...world.tokens], { maxLength: Math.min(6, world.tokens.length) }), {
        minLength: count,
        maxLength: count,
      })
      .map(lists => ({ world, sets: lists.map(tokens => world.catalogue.read(tokens).scope) })),
  )
}

function law(
  name: string,
  count: number,
  holds: (world: World, sets: readonly [ScopeSet, ScopeSet, ScopeSet]) => void,
) {
  test(name, () => {
    fc.assert(
      fc.property(worldWithSets(count), ({ world, sets }) => {
        const { empty } = world.catalogue
        holds(world, [sets[0] ?? empty, sets[1] ?? empty, sets[2] ?? empty])
      }),
      { numRuns: 100 },
    )
  })
}

function areEqual(world: World, a: ScopeSet, b: ScopeSet): boolean {
  return world.catalogue.covers(a, b) && world.catalogue.covers(b, a)
}

function sorted(scope: ScopeSet): readonly string[] {
  return [...scope.tokens].sort()
}

describe('coverage', () => {
  law('is what the rules say, token by token', 0, ({ catalogue, tokens, reaches }) => {
    for (const held of tokens) {
      for (const needed of tokens) {
        const covered = catalogue.covers(catalogue.read([held]).scope, catalogue.read([needed]).scope)
        assert.equal(covered, reaches(held, needed), `${held} → ${needed}`)
      }
    }
  })

  law('of sets is coverage of each needed token by some held one', 2, ({ catalogue, reaches }, [held, needed]) => {
    const covered = needed.tokens.every(token => held.tokens.some(other => reaches(other, token)))
    assert.equal(catalogue.covers(held, needed), covered)
  })

  law('is a partial order: two tokens that cover each other are the same', 0, ({ catalogue, tokens }) => {
    const sets = tokens.map(token => catalogue.read([token]).scope)
    for (const a of sets) {
      assert.ok(catalogue.covers(a, a))
      for (const b of sets) assert.ok(a === b || !catalogue.covers(a, b) || !catalogue.covers(b, a))
    }
  })

  law('is transitive', 3, ({ catalogue }, [a, b, c]) => {
    const ab = catalogue.union(a, b)
    const abc = catalogue.union(ab, c)
    assert.ok(catalogue.covers(abc, ab) && catalogue.covers(ab, a) && catalogue.covers(abc, a))
    if (catalogue.covers(a, b) && catalogue.covers(b, c)) assert.ok(catalogue.covers(a, c))
  })
})

describe('narrow', () => {
  law('never yields what held does not cover, nor what asked does not', 2, ({ catalogue }, [held, asked]) => {
    const narrowed = catalogue.narrow(held, asked)
    assert.ok(catalogue.covers(held, narrowed))
    assert.ok(catalogue.covers(asked, narrowed))
  })

  law('loses nothing that both reach', 2, ({ catalogue, tokens }, [held, asked]) => {
    const narrowed = catalogue.narrow(held, asked)
    for (const token of tokens) {
      const one = catalogue.read([token]).scope
      const isInBoth = catalogue.covers(held, one) && catalogue.covers(asked, one)
      assert.equal(catalogue.covers(narrowed, one), isInBoth, token)
    }
  })

  law('is monotone in what is held', 3, (world, [held, more, asked]) => {
    const { catalogue } = world
    const wider = catalogue.union(held, more)
    assert.ok(catalogue.covers(catalogue.narrow(wider, asked), catalogue.narrow(held, asked)))
    assert.ok(catalogue.covers(catalogue.narrow(held, asked), catalogue.narrow(catalogue.narrow(held, more), asked)))
  })

  law('is monotone in what is asked', 3, (world, [held, asked, more]) => {
    const { catalogue } = world
    const wider = catalogue.union(asked, more)
    assert.ok(catalogue.covers(catalogue.narrow(held, wider), catalogue.narrow(held, asked)))
    assert.ok(catalogue.covers(catalogue.narrow(held, asked), catalogue.narrow(held, catalogue.narrow(asked, more))))
  })

  law('is idempotent, to the token', 2, ({ catalogue }, [held, asked]) => {
    const narrowed = catalogue.narrow(held, asked)
    assert.equal(catalogue.narrow(held, narrowed), narrowed)
    assert.equal(catalogue.narrow(narrowed, narrowed), narrowed)
  })

  law('reaches the same, whichever side asks', 2, (world, [a, b]) => {
    assert.ok(areEqual(world, world.catalogue.narrow(a, b), world.catalogue.narrow(b, a)))
  })

  law('reaches the same, whatever the order of hands', 3, (world, [a, b, c]) => {
    const { catalogue } = world
    assert.ok(areEqual(world, catalogue.narrow(a, catalogue.narrow(b, c)), catalogue.narrow(catalogue.narrow(a, b), c)))
  })

  law('gives what was asked exactly where it is held', 2, ({ catalogue }, [held, asked]) => {
    assert.equal(catalogue.narrow(held, asked) === asked, catalogue.covers(held, asked))
  })

  law('keeps each asked token that is held', 2, ({ catalogue }, [held, asked]) => {
    const narrowed = catalogue.narrow(held, asked)
    for (const token of asked.tokens) {
      assert.equal(narrowed.has(token), catalogue.covers(held, catalogue.read([token]).scope), token)
    }
  })
})

describe('the other operations', () => {
  law('parse(print(x)) = x', 1, ({ catalogue }, [scope]) => {
    if (scope.size === 0) return
    const parsed = catalogue.parse(printScope(scope))
    assert.ok(parsed.ok)
    assert.deepEqual(parsed.value, { scope, unknown: [] })
  })

  law('expand and simplify are inverse up to coverage', 1, (world, [scope]) => {
    const { catalogue } = world
    const [expanded, simplified] = [catalogue.expand(scope), catalogue.simplify(scope)]
    assert.ok(areEqual(world, expanded, scope) && areEqual(world, simplified, scope))
    assert.deepEqual(sorted(catalogue.simplify(expanded)), sorted(simplified))
    const every = catalogue.everyInstance(scope)
    const isNamed = (token: string) => !every.includes(catalogue.definition(token)?.name ?? '')
    const named = (set: ScopeSet) => sorted(set).filter(isNamed)
    assert.deepEqual(named(catalogue.expand(simplified)), named(expanded))
  })

  law('simplify leaves no token that another covers', 1, ({ catalogue, reaches }, [scope]) => {
    const { tokens } = catalogue.simplify(scope)
    for (const a of tokens) for (const b of tokens) assert.ok(a === b || !reaches(a, b))
  })

  law('expand and everyInstance together name all that is reached', 1, ({ catalogue, tokens }, [scope]) => {
    const expanded = catalogue.expand(scope)
    const every = catalogue.everyInstance(scope)
    for (const token of tokens) {
      const isNamed = expanded.has(token) || every.includes(catalogue.definition(token)?.name ?? '')
      assert.equal(isNamed, catalogue.covers(scope, catalogue.read([token]).scope), token)
    }
  })

  law('missing is empty exactly when covers, and completes what is held', 2, ({ catalogue }, [held, needed]) => {
    const missing = catalogue.missing(held, needed)
    assert.equal(missing.size === 0, catalogue.covers(held, needed))
    assert.ok(catalogue.covers(catalogue.union(held, missing), needed))
    for (const token of missing.tokens) assert.ok(!catalogue.covers(held, catalogue.read([token]).scope))
  })

  law('union is the least set that covers both', 3, ({ catalogue }, [a, b, c]) => {
    const both = catalogue.union(a, b)
    assert.ok(catalogue.covers(both, a) && catalogue.covers(both, b))
    if (catalogue.covers(c, a) && catalogue.covers(c, b)) assert.ok(catalogue.covers(c, both))
  })

  law(
    'keepWhere leaves nothing that is refused, and nothing behind that may stay',
    2,
    ({ catalogue }, [scope, some]) => {
      const refused = new Set(some.tokens.map(token => catalogue.definition(token)?.name))
      const decision = keepWhere(catalogue, decisionOf(scope), {
        at: 'hook',
        reason: 'refused_by_hook',
        keep: ({ name }) => !refused.has(name),
      })
      const isClean = (set: ScopeSet) =>
        [...catalogue.expand(set).tokens, ...catalogue.everyInstance(set)].every(
          token => !refused.has(catalogue.definition(token)?.name),
        )
      assert.ok(isClean(decision.scope))
      assert.ok(catalogue.covers(scope, decision.scope))
      for (const token of catalogue.expand(scope).tokens) {
        const one = catalogue.read([token]).scope
        assert.equal(catalogue.covers(decision.scope, one), isClean(one), token)
      }
      const lost = scope.tokens.filter(token => !decision.scope.has(token))
      assert.deepEqual(
        decision.steps.flatMap(step => step.refused).map(({ token }) => token),
        lost,
      )
    },
  )
})

test('random catalogues hold what the laws are about', () => {
  const seen = { everyInstance: 0, bound: 0, implied: 0 }
  for (const { catalogue, tokens, reaches } of fc.sample(anyWorld, { numRuns: 200, seed: 7 })) {
    if (catalogue.everyInstance(catalogue.read(tokens).scope).length > 0) seen.everyInstance++
    const instances = tokens.filter(token => /\d/.test(token))
    if (instances.some(a => instances.some(b => a !== b && reaches(a, b)))) seen.bound++
    if (catalogue.names.some(name => (catalogue.definition(name)?.implies.length ?? 0) > 0)) seen.implied++
  }
  assert.ok(
    Object.values(seen).every(count => count > 20),
    JSON.stringify(seen),
  )
})
