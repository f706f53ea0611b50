import { defineScopes } from '@ambit/scope'
import type { CaseId } from '../catalogue/case-id.ts'
import type { TestCase } from '../catalogue/test-case.ts'
import type { ApiTarget, Target } from '../target/target.ts'
import { bank, shop } from './weak-server/setting.ts'
import type { WeakServer } from './weak-server/weak-server.ts'

/** The case of an id. @throws {TypeError} where there is none */
export function caseIn(cases: readonly TestCase[], id: CaseId): TestCase {
  const found = cases.find(each => each.id === id)
  if (found === undefined) throw new TypeError(`there is no case \`${id}\``)
  return found
}

/** A target whose tests may wait for twenty minutes; the clock of a test does not. */
export function patient(target: WeakServer['target']): Target {
  return { ...target, server: { ...target.server, patience: 1200 } }
}

/** A target with two APIs behind the server. */
export function withApis(target: WeakServer['target']): Target {
  const api: ApiTarget = {
    title: 'The shop',
    origin: new URL(shop).origin,
    operations: [],
    publicOperations: new Set(),
    declaredScopes: new Map(),
    catalogue: defineScopes({ scopes: { read: {}, write: {} } }),
    resources: [
      { path: '/shop', resource: shop },
      { path: '/bank', resource: bank },
    ],
    headers: [],
    revocationWindow: 0,
    olderPaths: [],
  }
  return { ...patient(target), api }
}
