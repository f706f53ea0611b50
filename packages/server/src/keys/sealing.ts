import type { KeyTools } from './key-tools.ts'

/** Seals what must be had again and must not lie open in the store: by which tools, with which 32 bytes in base64url. */
export type Sealing = { readonly tools: Pick<KeyTools, 'seal' | 'unseal'>; readonly key: string }
