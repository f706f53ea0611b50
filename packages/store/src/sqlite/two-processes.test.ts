import { after } from 'node:test'
import { processContract } from '../testing/two-processes.ts'
import { makeFolder } from './testing/folder.ts'
import { openStore } from './testing/open-store.ts'

const folder = makeFolder()
after(() => folder.remove())

const opener = new URL('testing/open-store.ts', import.meta.url)
processContract('two processes on one file', {
  make: async () => ({ opener, place: folder.file() }),
  open: openStore,
})
