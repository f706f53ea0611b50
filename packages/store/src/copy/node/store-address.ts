import type { DatabaseOptions } from '../../postgres/node/open-database.ts'

/** A store as an operator names it. */
export type StoreAddress =
  | { readonly kind: 'sqlite'; readonly path: string }
  | {
      readonly kind: 'postgres'
      readonly options: DatabaseOptions
      /** The database as it may be shown. */
      readonly name: string
    }
