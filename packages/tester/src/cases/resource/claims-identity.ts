// RFC 9068 §2.2, §5; RFC 9700 §4.15
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { splitJws } from '../../node/forge-jws.ts'
import { forgeToken, type TokenChange } from '../../node/forge-token.ts'
import { type Forging, forgedCall, forgedToken, startForging } from './forged-token.ts'
import { inconclusive, isJudgement, notApplicable } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'
import { findPersonalData, judgeStranger, type PersonalData, type RequestOf } from './personal-data.ts'

const strangeNames: readonly (readonly [variant: string, claims: TokenChange['claims'] & object])[] = [
  ['`sub` missing', { sub: undefined }],
  ['`sub` empty', { sub: '' }],
  ['`sub` a number', { sub: 1 }],
  ['`client_id` missing', { client_id: undefined }],
]

/** A token that does not say who uses it. */
export const nobodyCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-09',
    title: 'a token that does not say for whom, or by which program',
    why: 'Data that belong to "nobody" belong to everybody, and what was done cannot be traced to anyone.',
    remedy:
      'Demand `sub` and `client_id` as texts that are not empty, or say in the API description that they may be missing.',
    severity: 'low',
    level: 'L1',
    sources: ['RFC 9068 §2.2'],
    tags: ['jwt', 'claims', 'identity'],
  },
  strangeNames.map(([variant, claims]) =>
    forgedToken({ variant, sent: `a token with ${variant}`, change: { claims }, acceptedIs: 'warn' }),
  ),
)

/** The same name at another issuer. */
export const secondIssuerCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-10',
    title: 'a user of another issuer with the same name',
    why: 'Each issuer names its users as it likes. Who trusts two issuers and looks at the name alone lets a user of one be the user of the other.',
    remedy: 'Key users and their data by `iss` and `sub` together.',
    severity: 'critical',
    level: 'L1',
    sources: ['RFC 8725 §3.8', 'RFC 9068 §5', 'OWASP ASVS 5.0 §10.3.3'],
    tags: ['jwt', 'claims', 'identity', 'issuer'],
  },
  (_operation, _api, { testIssuer }) =>
    testIssuer?.second === undefined
      ? 'no second issuer is configured that the API trusts'
      : [stranger(ofSecondIssuer)],
)

/** Somebody who is not the first user, and somebody like him who does not even look like the first user. */
type Strangers = {
  readonly who: string
  readonly forging: Forging
  readonly change: TokenChange
  /** Where this one sees as much, it is not the likeness that opens. Absent: that is known not to be so. */
  readonly unlike?: TokenChange
  /** Where this one is let in, it is a warning, unless something is so. */
  readonly unless?: string
}

type MakeStrangers = (forging: Forging) => Strangers

function ofSecondIssuer(forging: Forging): Strangers {
  const { testIssuer } = forging
  const { second } = testIssuer
  const other = second === undefined ? testIssuer : { ...testIssuer, issuer: second.issuer, keys: second.keys }
  const who = 'a user of the second issuer who is called like the first user'
  const unlike = { holder: first, claims: { sub: nobody } }
  return { who, forging: { ...forging, testIssuer: other }, change: { holder: first }, unlike }
}

/** Claims that a user, or whoever runs his mail, may change. */
export const mutableIdentityCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-11',
    title: 'a user who took the e-mail address and the login name of another',
    why: 'Addresses and login names change hands and are often not verified. Who knows users by them gives an account to whoever writes the right address into a profile.',
    remedy: 'Know users by `iss` and `sub`; use addresses and names for display only.',
    severity: 'critical',
    level: 'L1',
    sources: ['OWASP ASVS 5.0 §10.3.3', 'RFC 9068 §5'],
    tags: ['jwt', 'claims', 'identity'],
  },
  [stranger(withNamesOfFirst)],
)

function withNamesOfFirst(forging: Forging): Strangers {
  const { context } = forging
  const name = context.target.server?.users[0]?.username ?? String(subjectOfFirst(forging))
  const email = name.includes('@') ? name : `${name}@mail.example`
  const names = { preferred_username: name, username: name, unique_name: name, upn: email, nickname: name }
  const claims = { email, email_verified: true, ...names }
  const who = 'the second user with the names and the e-mail address of the first'
  return { who, forging, change: { holder: second, claims } }
}

/** A client that is called like a user. */
export const clientAsUserCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-12',
    title: 'a program that is registered under the name of a user',
    why: "Where a token is for a program itself, its subject is the program. Somebody who may choose the name of a program chooses the name of a user, and gets that user's data.",
    remedy:
      'Tell programs from users: where `sub` equals `client_id`, no user is behind the token. Let the authorization server give names that no user has.',
    severity: 'low',
    level: 'L1',
    sources: ['RFC 9700 §4.15', 'RFC 9068 §5'],
    tags: ['jwt', 'claims', 'identity'],
  },
  [stranger(asClient)],
)

function asClient(forging: Forging): Strangers {
  const name = subjectOfFirst(forging)
  const named = (sub: unknown): TokenChange => ({
    holder: firstClient,
    claims: { sub, client_id: sub, auth_time: undefined, acr: undefined },
  })
  const unless = 'the authorization server never gives a program the name of a user'
  return {
    who: 'a program that is called like the first user',
    forging,
    change: named(name),
    unlike: named(nobody),
    unless,
  }
}

/** A name that nobody has. */
const nobody = 'tester-nobody'

const first = { kind: 'user', user: 'first' } as const
const second = { kind: 'user', user: 'second' } as const
const firstClient = { kind: 'client', client: 'first' } as const

/** The `sub` of the first user in forged tokens. */
function subjectOfFirst({ context, testIssuer, operation }: Forging): unknown {
  const token = forgeToken({ ...context, testIssuer }, operation, { holder: first })
  return splitJws(token.reveal())?.payload.sub
}

function stranger(make: MakeStrangers): Trial {
  return {
    run: async (context, operation) => {
      const forging = await startForging(context, operation)
      if (isJudgement(forging)) return forging
      const requestOf: RequestOf = async (each, call, user) =>
        forgedCall({ ...forging, operation: each, call }, { holder: user === 'first' ? first : second })
      const found = await findPersonalData(context, operation, { requestOf })
      return isJudgement(found)
        ? found
        : judgeTry({ ...forging, operation: found.operation, call: found.call }, found, make)
    },
  }
}

async function judgeTry(forging: Forging, found: PersonalData, make: MakeStrangers): Promise<Judgement> {
  const { who, forging: theirs, change, unlike, unless } = make(forging)
  const { send } = forging.context
  const exchange = await send(forgedCall(theirs, change))
  const isRefused = exchange.kind === 'answered' && exchange.response.status === 401
  if (isRefused && theirs.testIssuer !== forging.testIssuer)
    return inconclusive('the API does not trust the second issuer', exchange)
  const judgement = judgeStranger(found, exchange, who)
  if (judgement.verdict !== 'fail' || unlike === undefined) return judgement
  const control = judgeStranger(found, await send(forgedCall(theirs, unlike)), who)
  if (control.verdict !== 'fail')
    return unless === undefined
      ? judgement
      : { ...judgement, verdict: 'warn', reason: `${judgement.reason}, unless ${unless}` }
  return notApplicable(`${who} gets what the first user sees, but so does anybody like that: the name does not matter`)
}
