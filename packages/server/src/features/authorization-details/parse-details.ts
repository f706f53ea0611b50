// RFC 9396 §2, §5
import { type AuthorizationDetail, parseStrictJson, type Refusal, refuse } from '@ambit/protocol'
import { metadataOf, textsField } from '../../client/metadata-field.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { findResource } from '../../scope/choose-audience.ts'
import { findFieldProblem, quoted } from './check-fields.ts'
import { asMembers, type DetailTypes, ownMember } from './detail-type.ts'

/** What a request may hold at the most: details, and characters of all of them. */
export const detailLimits = { details: 10, characters: 10_000 } as const

const typesName = 'authorization_details_types'

/** As a client has registered them, whatever has become of the types since. */
const registeredTypes = textsField(typesName, 'a list of types')

/** The types that a client may use. @spec RFC 9396 §10 */
export function clientTypes(types: DetailTypes) {
  const names = Object.keys(types)
  return textsField(typesName, `a list of types that are declared here (${names.join(', ')})`, each =>
    names.includes(each),
  )
}

type DetailsRefusal = Refusal<'invalid_authorization_details'>

/**
 * Reads the parameter `authorization_details`, strictly: what is not declared is refused, and nothing is passed over.
 * @spec RFC 9396 §2, §5
 * @errors invalid_authorization_details: no list of objects, a member twice, too long, a type that is unknown or not this client's, fields that are not as declared
 */
export function parseDetails(
  context: ServerContext,
  types: DetailTypes,
  { client, text }: { readonly client: ClientRecord; readonly text: string },
): readonly AuthorizationDetail[] | DetailsRefusal {
  if (text.length > detailLimits.characters)
    return refuseDetails(`\`authorization_details\` is longer than ${detailLimits.characters} characters`)
  const list = parseStrictJson(text)
  if (!Array.isArray(list) || list.length === 0)
    return refuseDetails('`authorization_details` must be a JSON array of objects, in which no member comes twice')
  if (list.length > detailLimits.details)
    return refuseDetails(`\`authorization_details\` holds more than ${detailLimits.details} objects`)
  const details: AuthorizationDetail[] = []
  for (const value of list) {
    const detail = parseDetail(context, types, { client, value })
    if ('kind' in detail) return detail.refusal
    details.push(detail.detail)
  }
  const alone = details.find(({ type }) => ownMember(types, type)?.mustBeAlone === true)
  if (alone && details.length > 1) return refuseDetails(`${quoted(alone.type)} must be the only object of its request`)
  return details
}

/** Apart from the refusal by `kind`, which a stranger could write into a detail. */
type ParsedDetail =
  | { readonly detail: AuthorizationDetail }
  | { readonly kind: 'bad'; readonly refusal: DetailsRefusal }

function parseDetail(
  context: ServerContext,
  types: DetailTypes,
  { client, value }: { readonly client: ClientRecord; readonly value: unknown },
): ParsedDetail {
  const { type, ...members } = asMembers(value) ?? {}
  if (typeof type !== 'string') return bad('each of `authorization_details` must be an object with a `type`, a text')
  const declared = ownMember(types, type)
  if (declared === undefined) return bad(`the type ${quoted(type)} is not known here`)
  if (metadataOf(client, registeredTypes)?.includes(type) !== true)
    return bad(`this client is not registered for the type ${quoted(type)}`)
  const isLocation = (resource: string) => findResource(context, resource) !== undefined
  const problem = findFieldProblem({ isLocation }, declared.fields, members)
  return problem === undefined ? { detail: { ...members, type } } : bad(`in \`${type}\`: ${problem}`)
}

function bad(words: string): ParsedDetail {
  return { kind: 'bad', refusal: refuseDetails(words) }
}

/** The one error of all that is wrong with details. @spec RFC 9396 §5 */
export function refuseDetails(words: string): DetailsRefusal {
  return refuse('invalid_authorization_details', words)
}
