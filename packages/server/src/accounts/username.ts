/** The longest username that is looked up, in characters. */
export const maxUsernameLength = 256

/** Folds a username as it is stored and compared: NFKC, without space around it, lower case. */
export function foldUsername(username: string): string {
  return username.normalize('NFKC').trim().toLowerCase()
}
