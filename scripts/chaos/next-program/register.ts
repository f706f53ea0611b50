// Given to Node by `--import`, this makes the program the one after the released one: it knows further versions of the schema
// (so many as `?versions=` says), and its store writes and reads what they add. Everything else is the program as it is.
import { registerHooks } from 'node:module'

const count = new URL(import.meta.url).searchParams.get('versions') ?? '1'

/** What is another in the next program: a text of a file, which must be there, and what stands for it. */
const changes: Readonly<Record<string, { readonly before: string; readonly after: string; readonly added: string }>> = {
  '/postgres/node/schema.ts': {
    before: 'export const schemaVersions: readonly SchemaVersion[] = [',
    after: 'const releasedVersions: readonly SchemaVersion[] = [',
    added: `import { nextVersions } from '${import.meta.resolve('./versions.ts')}'
      export const schemaVersions = [...releasedVersions, ...nextVersions(releasedVersions).slice(0, ${Number(count)})]`,
  },
  '/postgres/node/postgres-store.ts': {
    before: 'export function storeIn(db: Database): Store {',
    after: `export function storeIn(db: Database): Store { return storeWithLastUse(releasedStoreIn(db), db) }
function releasedStoreIn(db: Database): Store {`,
    added: `import { storeWithLastUse } from '${import.meta.resolve('./store.ts')}'`,
  },
}

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    const change = Object.entries(changes).find(([path]) => url.endsWith(path))?.[1]
    if (!change || loaded.source === undefined || loaded.source === null) return loaded
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
    if (!source.includes(change.before)) throw new Error(`${url} has no \`${change.before}\``)
    return { ...loaded, source: `${source.replace(change.before, change.after)}\n${change.added}\n` }
  },
})
