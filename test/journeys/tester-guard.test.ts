// RFC 6750 §3, RFC 9068 §4, RFC 9449 §4.3
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { createGuard, type DpopOptions, type Guard, jwtVerifier, statelessNonces } from '@ambit/resource'
import type { Catalogue } from '@ambit/scope'
import {
  type ApiOperation,
  isProbe,
  nameOfProbe,
  type ProbeContext,
  type Send,
  type SentRequest,
  type TestCase,
} from '@ambit/tester'
import { claimsCases } from '../../packages/tester/src/cases/resource/claims-cases.ts'
import { possessionCases } from '../../packages/tester/src/cases/resource/possession-cases.ts'
import { presenceCases } from '../../packages/tester/src/cases/resource/presence-cases.ts'
import { signatureCases } from '../../packages/tester/src/cases/resource/signature-cases.ts'
import { tokenKindCases } from '../../packages/tester/src/cases/resource/token-kind-cases.ts'
import { transportCases } from '../../packages/tester/src/cases/resource/transport-cases.ts'
import { type CaseWorld, createCaseWorld } from '../../packages/tester/src/testing/case-world.ts'
import { plantedCatalogue } from '../../packages/tester/src/testing/planted-api/catalogue.ts'

// which scopes there are is looked up where operations are read
const catalogue: Catalogue = plantedCatalogue

const cases = [
  ...presenceCases,
  ...transportCases,
  ...signatureCases,
  ...claimsCases,
  ...tokenKindCases,
  ...possessionCases,
]

/** The guard of this house in place of the planted one, in front of an operation that tells who called. */
type Guarded = { readonly send: Send; readonly context: ProbeContext }

function guardedWorld(world: CaseWorld, dpop: DpopOptions): Guarded {
  const context = world.context([])
  const { api, testIssuer } = world.target
  assert.ok(api && testIssuer?.second)
  const { now } = context
  const clock = { now: () => epochSeconds(now() / 1000) }
  const keysOf = (issuer: Pick<typeof testIssuer, 'keys'>) =>
    issuer.keys.filter(({ role }) => role !== 'retired').map(({ key }) => ({ ...key.publicJwk }))
  const served: object[] = keysOf(testIssuer)
  let fetches = 0
  const fetchKeys = async () => {
    fetches += 1
    return Response.json({ keys: served })
  }
  const verifier = (issuer: string) =>
    jwtVerifier({ jwksUri: `${issuer}/jwks`, fetch: fetchKeys, clock, algorithms: ['ES256', 'RS256'] })
  const resource = `${api.origin}/petstore`
  const guard = createGuard({
    issuers: [
      { issuer: testIssuer.issuer, jwt: verifier(testIssuer.issuer) },
      {
        issuer: testIssuer.second.issuer,
        jwt: jwtVerifier({ jwks: { keys: keysOf(testIssuer.second) }, clock, algorithms: ['ES256'] }),
      },
    ],
    resource,
    catalogue,
    dpop,
    clock,
  })
  const keySet = {
    fetches: () => fetches,
    add: ({ kid, alg, publicJwk }: { kid: string; alg: string; publicJwk: object }) =>
      void served.push({ ...publicJwk, kid, alg, use: 'sig' }),
  }
  const send: Send = async (request, options) => {
    const isOther = request.origin !== api.origin || options?.tls !== undefined
    const operation = isOther ? undefined : operationAt(api.operations, request)
    if (operation === undefined) return world.api.send(request, options)
    return answer(guard, operation, { request, at: now() })
  }
  return { send, context: { ...context, send, testIssuer: { ...testIssuer, keySet } } }
}

function operationAt(operations: readonly ApiOperation[], { method, target }: SentRequest): ApiOperation | undefined {
  const path = target.replace(/\?.*/s, '')
  return operations.find(
    each => each.method === method && each.path.startsWith('/petstore') && matches(each.path, path),
  )
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
}

type Arrived = { readonly request: SentRequest; readonly at: number }

async function answer(guard: Guard, operation: ApiOperation, { request, at }: Arrived) {
  const { method, target, headers: fields, body } = request
  const [path = '', query = ''] = target.split('?')
  const headers: Record<string, string | readonly string[]> = {}
  for (const [name, value] of fields) {
    const before = headers[name.toLowerCase()]
    headers[name.toLowerCase()] = before === undefined ? value : [before, value].flat()
  }
  const pem = request.certificate?.certificate.replaceAll(/-----[A-Z ]+-----|\s/g, '')
  const peerCertificate = pem === undefined ? {} : { peerCertificate: new Uint8Array(Buffer.from(pem, 'base64')) }
  const arrived = { method, path, query, headers, body, remoteAddress: '127.0.0.1', ...peerCertificate }
  const { enforcement } = operation
  assert.ok(enforcement.kind === 'token')
  const [first] = enforcement.needs.anyOf
  const guarded = await guard(arrived, { allOf: [...first.allOf] })
  const response =
    guarded.kind === 'allowed'
      ? { status: 200, headers: {}, body: JSON.stringify([{ by: guarded.access.principal }]) }
      : guarded.response
  const received = Object.entries(response.headers).flatMap(([name, value]) =>
    [value].flat().map(each => [name, String(each)] as const),
  )
  return {
    kind: 'answered',
    request,
    sentAt: at,
    duration: 1,
    response: { status: response.status, headers: received, body: String(response.body ?? ''), isCut: false },
  } as const
}

/** What cannot be tried on this guard: its tokens are signed by key pairs, and nonces only where it asks for them. */
const untried = ['RS-JWT-09', 'RS-POP-09']

for (const [what, dpop] of [
  ['proofs', {}],
  ['proofs with nonces', { nonces: statelessNonces({ secret: 'a secret of the guard that nobody else knows' }) }],
] as const)
  describe(`the guard of this house, with ${what}`, () => {
    for (const testCase of cases)
      test(`${testCase.sources[0]}: passes ${testCase.id}`, async () => {
        const judgements = await judge(testCase, dpop)
        const found = judgements.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not_applicable')
        assert.deepEqual(found, [])
        const isTried = judgements.some(({ verdict }) => verdict === 'pass')
        assert.equal(isTried, !untried.includes(testCase.id) || (testCase.id === 'RS-POP-09' && 'nonces' in dpop))
      })
  })

/** Runs a case on the pet store, each probe in a world of its own. */
async function judge(testCase: TestCase, dpop: DpopOptions) {
  const judgements: { readonly name: string; readonly verdict: string; readonly reason: string }[] = []
  for (const [index, { operation }] of testCase.plan(createCaseWorld().target).entries()) {
    if (operation?.includes('/petstore') !== true) continue
    const world = createCaseWorld()
    const probe = testCase.plan(world.target)[index]
    if (probe === undefined || !isProbe(probe)) continue
    const { verdict, reason } = await probe.run(guardedWorld(world, dpop).context)
    judgements.push({ name: nameOfProbe(probe), verdict, reason })
  }
  return judgements
}
