/** The form in which usernames are compared: NFKC and lower case, again NFKC because lower-casing can undo it. */
export function foldUsername(username: string): string {
  return username.normalize('NFKC').toLowerCase().normalize('NFKC')
}
