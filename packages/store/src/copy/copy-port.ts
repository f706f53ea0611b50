import type { Page, Place, SheetName } from './sheet.ts'

/** A process that serves from a store. */
export type LiveNode = { readonly host: string; readonly pid: number; readonly expiresAt: number }

/** What can be asked of a store that is copied from, and of one that was copied to. All of it is of one moment. */
export type CopyReader = {
  /** As it may be shown. */
  readonly name: string
  readonly count: (sheet: SheetName) => Promise<number>
  /** Up to `limit` rows after a place, in the store's own order; none at the end. */
  readonly read: (sheet: SheetName, after: Place | undefined, limit: number) => Promise<Page | undefined>
  /** Processes that serve from this store, as far as they have said so. */
  readonly liveNodes: (at: number) => Promise<readonly LiveNode[]>
}

/** How far a sheet was copied. */
export type SheetProgress = { readonly rows: number; readonly after: Place | undefined }

/**
 * What a store holds that is to be copied to: nothing, something of its own (`sheet`, where one was looked for), a part of a copy
 * that was broken off, or the whole of one that was not finished.
 */
export type TargetState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'occupied'; readonly sheet?: SheetName }
  | { readonly kind: 'whole' }
  | { readonly kind: 'begun'; readonly source: string; readonly progress: ReadonlyMap<SheetName, SheetProgress> }

/** A store that is copied to. No server opens it before `finish`. */
export type CopyWriter = {
  readonly name: string
  readonly state: () => Promise<TargetState>
  /** Marks the store as a copy of the source that has begun. */
  readonly begin: (source: string) => Promise<void>
  /** Writes rows and how far the sheet is, in one transaction. */
  readonly write: (sheet: SheetName, page: Page, progress: SheetProgress) => Promise<void>
  /** Looks at what was written. */
  readonly check: <T>(work: (reader: CopyReader) => Promise<T>) => Promise<T>
  /** Makes the copy a store like any other. */
  readonly finish: () => Promise<void>
}
