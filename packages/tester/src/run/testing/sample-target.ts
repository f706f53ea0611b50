import { defineScopes } from '@ambit/scope'
import type { CaseText, Judgement, Probe, TestCase } from '../../catalogue/test-case.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget, Target } from '../../target/target.ts'
import type { Exchange, HeaderField } from '../../wire/exchange.ts'

/** Where the API of these tests stands. */
export const sampleOrigin = 'http://localhost:8081'

/** An operation by its key, which wants `read` or `write` by its method. */
export function sampleOperation(key: string, overrides: Partial<ApiOperation> = {}): ApiOperation {
  const [method = '', path = ''] = key.split(' ')
  const isWrite = !['GET', 'HEAD', 'OPTIONS'].includes(method)
  const scope = isWrite ? 'write' : 'read'
  return {
    key,
    method,
    path,
    tags: [],
    requirement: { kind: 'public' },
    enforcement: { kind: 'token', needs: { anyOf: [{ allOf: [scope] }] } },
    schemes: ['oauth'],
    parameters: [],
    responses: {},
    isWrite,
    ...overrides,
  }
}

/** An API of these operations. */
export function sampleApi(operations: readonly ApiOperation[], overrides: Partial<ApiTarget> = {}): ApiTarget {
  return {
    title: 'pets',
    origin: sampleOrigin,
    operations,
    publicOperations: new Set(),
    declaredScopes: new Map([
      ['read', 'look'],
      ['write', 'change'],
    ]),
    catalogue: defineScopes({ scopes: { read: { description: 'look' }, write: { description: 'change' } } }),
    resources: [],
    headers: [],
    revocationWindow: 0,
    olderPaths: [],
    ...overrides,
  }
}

/** A target of these operations, which may be written to unless told otherwise. */
export function sampleTarget(keys: readonly string[], overrides: Partial<Target> = {}): Target {
  return {
    api: sampleApi(keys.map(key => sampleOperation(key))),
    levels: new Set(['S', 'L0', 'L1']),
    mayWrite: true,
    depth: 'guard',
    ...overrides,
  }
}

/** The words of a case. */
export function sampleText(id: CaseText['id'], overrides: Partial<CaseText> = {}): CaseText {
  return {
    id,
    title: `the title of ${id}`,
    why: 'it would be bad',
    remedy: 'do better',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 6750 §3.1'],
    tags: [],
    ...overrides,
  }
}

/** A case that plans these probes. */
export function sampleCase(
  id: CaseText['id'],
  probes: readonly Partial<Probe>[],
  text: Partial<CaseText> = {},
): TestCase {
  return { ...sampleText(id, text), plan: () => probes.map(probe => sampleProbe({ ...probe, caseId: id })) }
}

/** A probe that passes and sends nothing. */
export function sampleProbe(overrides: Partial<Probe> = {}): Probe {
  return { caseId: 'RS-TOK-01', isWrite: false, run: async () => passed, ...overrides }
}

/** A judgement without evidence. */
const passed: Judgement = { verdict: 'pass', reason: 'a bad token was refused by 401' }

/** An exchange that was answered so. */
export function answeredBy(status: number, headers: readonly HeaderField[] = [], body = ''): Exchange {
  const request = { method: 'GET', origin: sampleOrigin, target: '/pets', headers: [] }
  return { kind: 'answered', request, sentAt: 0, duration: 1, response: { status, headers, body, isCut: false } }
}
