import { fapi2MessageSigning } from './fapi2-message-signing.ts'
import { fapi2Security } from './fapi2-security.ts'
import { legacy } from './legacy.ts'
import { mcp } from './mcp.ts'
import { oauth21 } from './oauth21.ts'
import type { Profile, ProfileName } from './profile.ts'

/** Every profile, by its name. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  'oauth2.1': oauth21,
  'fapi2-security': fapi2Security,
  'fapi2-message-signing': fapi2MessageSigning,
  mcp,
  legacy,
}
