/** Reads JSON that a test knows the shape of. */
export function parseJson<T = Readonly<Record<string, string>>>(text: string): T {
  return JSON.parse(text) as T
}
