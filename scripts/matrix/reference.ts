/** A place in a specification, such as RFC 7636 §4.6. The section is empty where the whole document is meant. */
export interface Reference {
  readonly document: string
  readonly section: string
}

/** A test name taken apart: the places it proves, and what it says about them. */
export interface Claim {
  readonly references: readonly Reference[]
  readonly sentence: string
}

const document = String.raw`(?:RFC \d+|OpenID Connect(?: [A-Z][\w.-]*)+|Token Status List|AuthZEN|JARM|ID-JAG|Grant Management|FAPI 2\.0(?: [A-Z][a-z]+)+|OAuth 2\.1|OAuth Client ID Metadata Document|MCP Authorization)`
const section = String.raw`(?:§[\w.]*\w(?:-\d+)?|App(?:\.|endix) [A-Z](?:\.\d+)*)`
const start = new RegExp(`^(?:${document}|RFC)`)
const reference = new RegExp(`^(?:(${document}) )?(${section})$|^(${document})$`)

/** Says whether a name means to cite a specification, well-formed or not. */
export function isCitation(name: string): boolean {
  return start.test(name)
}

/** Takes `RFC 7636 §4.6, RFC 6749 §5.2: a sentence` apart; undefined where it is not written so. */
export function parseClaim(name: string): Claim | undefined {
  const colon = name.indexOf(': ')
  const references = parseReferences(colon < 0 ? name : name.slice(0, colon))
  return references && { references, sentence: colon < 0 ? '' : name.slice(colon + 2) }
}

function parseReferences(text: string): readonly Reference[] | undefined {
  const references: Reference[] = []
  for (const part of text.split(/, | and |; /)) {
    const [match, cited, place, whole] = reference.exec(part) ?? []
    const named = cited ?? whole ?? references.at(-1)?.document
    if (match === undefined || named === undefined) return undefined
    references.push({ document: named, section: place?.replace('Appendix', 'App.') ?? '' })
  }
  return references
}

/** Orders documents by name and number, and sections as a table of contents does. */
export function compareReferences(a: Reference, b: Reference): number {
  return collator.compare(a.document, b.document) || collator.compare(a.section, b.section)
}

const collator = new Intl.Collator('en', { numeric: true })
