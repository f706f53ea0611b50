// RFC 6749 App. B

/** Percent-encodes parameters as a form. @spec RFC 6749 App. B */
export function printForm(parameters: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
    )
    .join('&')
}
