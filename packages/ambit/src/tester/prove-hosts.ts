import { resolveTxt } from 'node:dns/promises'
import { originsToProve, proveHost, type Secret, type Send, type Target } from '@ambit/tester'

/** The hosts that are shown to be the user's, and why others are not. */
export type ProvenHosts = { readonly hosts: ReadonlySet<string>; readonly problems: readonly string[] }

/** Looks whether each host that is tested shows that its owner wants it. Hosts of this machine need no proof. */
export async function proveHosts(target: Target, token: Secret | undefined, send: Send): Promise<ProvenHosts> {
  const origins = originsToProve(target)
  if (token === undefined) {
    const problems = origins.map(
      origin =>
        `nothing shows that \`${new URL(origin).hostname}\` is yours: give \`ownership\` in the configuration or AMBIT_TEST_OWNERSHIP, and put what \`ambit test --proof ${new URL(origin).hostname}\` prints on that host`,
    )
    return { hosts: new Set(), problems }
  }
  const txtRecords = async (name: string) => (await resolveTxt(name)).map(parts => parts.join(''))
  const proofs = await Promise.all(origins.map(origin => proveHost(origin, { token, send, txtRecords })))
  return {
    hosts: new Set(proofs.flatMap(proof => (proof.kind === 'proven' ? [proof.host] : []))),
    problems: proofs.flatMap(proof => (proof.kind === 'unproven' ? [proof.reason] : [])),
  }
}
