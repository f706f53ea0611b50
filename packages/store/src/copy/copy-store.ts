import type { CopyReader, CopyWriter, LiveNode, SheetProgress, TargetState } from './copy-port.ts'
import { type HashText, RowDigest, type SheetDigest } from './digest.ts'
import { type SheetName, sheetNames } from './sheet.ts'

/** What a copy says while it goes on. */
export type CopyEvent =
  | { readonly kind: 'begun'; readonly rows: number; readonly copied: number }
  | { readonly kind: 'copied' | 'checked'; readonly sheet: SheetName; readonly rows: number }

/** How a sheet ended up: the same on both sides. */
export type CopiedSheet = SheetDigest & { readonly sheet: SheetName }

/** What a copy is made with. */
export type CopyWorld = {
  /** Seconds since the epoch. */
  readonly now: number
  readonly hash: HashText
  readonly onEvent?: (event: CopyEvent) => void
  /** Rows that are read and written at once. */
  readonly pageSize?: number
}

/** A copy that cannot be made, for a reason that the operator can remove; the message says how. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused'
}

/**
 * Copies everything from one store to another that is empty, or goes on with the same copy after it was broken off. At the
 * end both are read and compared; only then is the target a store that a server opens.
 * @throws {CopyRefused} when servers run on the source, when the target holds anything else, or when the two differ at the end
 */
export async function copyStore(
  source: CopyReader,
  target: CopyWriter,
  world: CopyWorld,
): Promise<readonly CopiedSheet[]> {
  refuseLive(source, await source.liveNodes(world.now))
  const name = await nameSource(source, world.hash)
  const state = await target.state()
  refuseOther(target, state, name)
  if (state.kind === 'empty') await target.begin(name)
  const progress = state.kind === 'begun' ? state.progress : new Map<SheetName, SheetProgress>()
  await tellSize(source, state, world)
  if (state.kind !== 'whole')
    for (const sheet of sheetNames) await copySheet(sheet, { source, target, done: progress.get(sheet), world })
  const copied = await target.check(reader => compare(source, reader, world))
  await target.finish()
  return copied
}

function refuseLive({ name }: CopyReader, [node]: readonly LiveNode[]): void {
  if (!node) return
  const until = new Date(node.expiresAt * 1000).toISOString()
  throw new CopyRefused(
    `a server on ${node.host} (process ${node.pid}) serves from ${name}; stop all servers first (one that was killed counts until ${until})`,
  )
}

function refuseOther(target: CopyWriter, state: TargetState, source: string): void {
  if (state.kind === 'occupied') {
    const found = state.sheet === undefined ? '' : `, there are rows of \`${state.sheet}\``
    throw new CopyRefused(`${target.name} is not empty${found}; copy to a new one`)
  }
  if (state.kind === 'begun' && state.source !== source)
    throw new CopyRefused(`${target.name} holds a part of a copy of another store; copy to a new one`)
}

/** What stays the same of a store as long as it is the same store: the settings that are made once, and which keys it has. */
async function nameSource(source: CopyReader, hash: HashText): Promise<string> {
  const digest = new RowDigest(hash)
  const settings = await source.read('setting', undefined, 1_000)
  for (const row of settings?.rows ?? []) digest.add(row)
  const keys = await source.read('signing_key', undefined, 1_000)
  for (const [kid = null] of keys?.rows ?? []) digest.add([kid])
  return digest.result().digest
}

async function tellSize(source: CopyReader, state: TargetState, { onEvent }: CopyWorld): Promise<void> {
  let rows = 0
  for (const sheet of sheetNames) rows += await source.count(sheet)
  onEvent?.({ kind: 'begun', rows, copied: state.kind === 'whole' ? rows : countCopied(state) })
}

function countCopied(state: TargetState): number {
  return state.kind === 'begun' ? [...state.progress.values()].reduce((sum, each) => sum + each.rows, 0) : 0
}

const usualPage = 2_000

type Copying = {
  readonly source: CopyReader
  readonly target: CopyWriter
  readonly done: SheetProgress | undefined
  readonly world: CopyWorld
}

async function copySheet(sheet: SheetName, { source, target, done, world }: Copying): Promise<void> {
  const { pageSize = usualPage, onEvent } = world
  let progress: SheetProgress = done ?? { rows: 0, after: undefined }
  for (;;) {
    const page = await source.read(sheet, progress.after, pageSize)
    if (!page) return
    progress = { rows: progress.rows + page.rows.length, after: page.end }
    await target.write(sheet, page, progress)
    onEvent?.({ kind: 'copied', sheet, rows: page.rows.length })
  }
}

async function compare(source: CopyReader, target: CopyReader, world: CopyWorld): Promise<readonly CopiedSheet[]> {
  const copied: CopiedSheet[] = []
  for (const sheet of sheetNames) {
    const [wanted, found] = [await digestOf(sheet, source, world), await digestOf(sheet, target, world)]
    if (wanted.digest !== found.digest || wanted.rows !== found.rows)
      throw new CopyRefused(
        `the copy of \`${sheet}\` is not the same: ${wanted.rows} rows in ${source.name}, ${found.rows} in ${target.name}; was a server started in between? copy to a new store`,
      )
    copied.push({ sheet, ...wanted })
    world.onEvent?.({ kind: 'checked', sheet, rows: wanted.rows })
  }
  return copied
}

/** Counts and a digest of a sheet, as it stands in a store. */
export async function digestOf(
  sheet: SheetName,
  reader: CopyReader,
  { hash, pageSize = usualPage }: Pick<CopyWorld, 'hash' | 'pageSize'>,
): Promise<SheetDigest> {
  const digest = new RowDigest(hash)
  let page = await reader.read(sheet, undefined, pageSize)
  while (page) {
    for (const row of page.rows) digest.add(row)
    page = await reader.read(sheet, page.end, pageSize)
  }
  return digest.result()
}
