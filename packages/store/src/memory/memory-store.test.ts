import { storeContract } from '../testing/store-contract.ts'
import { memoryStore } from './memory-store.ts'

storeContract('store in memory', async () => memoryStore())
