// RFC 6749 §4.5
import { after, isRefusal, refuse } from '@ambit/protocol'
import {
  chooseTarget,
  decideScope,
  type Grant,
  limitToHook,
  limitToUser,
  makeFamilyId,
  type UserId,
} from '@ambit/server'

/** What a voucher from another channel stands for: a user who was seen there. */
export type Voucher = { readonly userId: UserId; readonly acr: string }

/** A grant type of one's own: a client trades a voucher for tokens of the user who was given it. @spec RFC 6749 §4.5 */
export function voucherGrant(vouchers: ReadonlyMap<string, Voucher>): Grant {
  const grantType = 'urn:example:voucher'
  return {
    grantType,
    async decide(context, { client, form, now }) {
      const voucher = vouchers.get(form.get('voucher') ?? '')
      const user = voucher && (await context.store.findUser(voucher.userId))
      if (!voucher || !user) return refuse('invalid_grant', 'the voucher is not known')
      const asked = decideScope(context, { requested: form.get('scope'), client, grantType })
      if (isRefusal(asked)) return asked
      const offered = await limitToHook(context, await limitToUser(context, asked, user), {
        client,
        user,
        grantType,
      })
      const target = chooseTarget(context, { named: form.all('resource'), decision: offered })
      if (isRefusal(target)) return target
      return {
        kind: 'issuance',
        grantType,
        client,
        user: { userId: user.userId, authTime: now, acr: voucher.acr, amr: ['voucher'] },
        ...target,
        family: {
          kind: 'new',
          familyId: makeFamilyId(context),
          expiresAt: after(now, context.ttl.refreshAbsolute),
          generation: 0,
        },
        hasRefreshToken: client.grantTypes.includes('refresh_token'),
        isConsent: true,
      }
    },
  }
}
