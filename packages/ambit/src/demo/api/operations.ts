import type { PolicyGuard } from '@ambit/resource'
import { inventory } from './inventory.ts'
import type { InventoryPolicy } from './inventory-policy.ts'
import type { Operation } from './operation.ts'
import { petStore } from './pet-store.ts'

/** Every operation of both APIs, each with its requirement. */
export function operationsOf(policy: InventoryPolicy, guard: PolicyGuard<InventoryPolicy>): readonly Operation[] {
  return [...petStore, ...inventory(policy, guard)]
}
