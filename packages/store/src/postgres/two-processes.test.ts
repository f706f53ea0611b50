import { processContract } from '../testing/two-processes.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { openStore } from './testing/open-store.ts'

const opener = new URL('testing/open-store.ts', import.meta.url)
processContract('two nodes on one database', {
  make: async () => ({ opener, place: await emptyDatabase() }),
  open: openStore,
  skip: noDatabase,
})
