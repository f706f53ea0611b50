// RFC 9396
import type { AuthorizationDetail } from '@ambit/protocol'
import type { AuthorizationDetails, Feature } from '../../feature.ts'
import type { DetailTypes } from './detail-type.ts'
import { asTexts, ownMember } from './detail-type.ts'
import { narrowDetails } from './narrow-details.ts'
import { clientTypes, parseDetails, refuseDetails } from './parse-details.ts'
import { findTypeProblems } from './type-problems.ts'
import { answerDetail, viewDetail } from './view-detail.ts'

/** Which details clients may ask for. */
export type AuthorizationDetailsOptions = { readonly types: DetailTypes }

/**
 * Lets clients ask for single, typed things beside scope: this payment, that account. The user sees each of them in words,
 * every time, and can refuse it; what they leave stands in the tokens.
 * @spec RFC 9396
 * @example
 * authorizationDetails({
 *   types: {
 *     payment: {
 *       title: 'Make a payment',
 *       resource: 'https://bank.example',
 *       fields: { to: { kind: 'text', label: 'To' }, sum: { kind: 'amount', label: 'Amount', currencies: ['EUR'] } },
 *     },
 *   },
 * })
 */
export function authorizationDetails({ types }: AuthorizationDetailsOptions): Feature {
  return {
    name: 'authorizationDetails',
    clientMetadata: [clientTypes(types)],
    details: detailsOf(types),
    metadata: () => ({ authorization_details_types_supported: Object.keys(types) }),
    settings: { types: Object.keys(types) },
    findProblems: options => findTypeProblems(types, options),
  }
}

function detailsOf(types: DetailTypes): AuthorizationDetails {
  return {
    parse: (context, client, text) => parseDetails(context, types, { client, text }),
    narrow: (_context, granted, asked) => narrowDetails(types, granted, asked),
    resourcesOf: details => [...new Set(details.flatMap(detail => resourcesOf(types, detail) ?? []))],
    at: (details, resource) => details.filter(detail => resourcesOf(types, detail)?.includes(resource) ?? true),
    refuseAlone: ({ clientId }, details) => {
      const refused = details.find(({ type }) => !ownMember(types, type)?.clientCredentials?.includes(clientId))
      return refused && refuseDetails(`only a user can grant \`${refused.type}\` to this client`)
    },
    view: (context, detail, index) => viewDetail(context, types, { detail, index }),
    answer: (detail, index, form) => answerDetail(types, { detail, index, form }),
  }
}

/** Where a detail counts; `undefined` for one that counts everywhere. @spec RFC 9396 §2.2 */
function resourcesOf(types: DetailTypes, { type, locations }: AuthorizationDetail): readonly string[] | undefined {
  const own = ownMember(types, type)?.resource
  return own === undefined ? asTexts(locations) : [own]
}
