import type { Store } from '@ambit/server'

type Numbers = Pick<Store, 'findNumber' | 'takeNumber' | 'settle'>

const counter = 'configuration'

/** Whether what has to be done for a new configuration has been done for this one, and for no other since. */
export async function isLastConfig(store: Numbers, running: string): Promise<boolean> {
  const last = await store.findNumber(counter)
  return last > 0 && (await store.settle(nameOf(last), '')) === running
}

/** Notes that it has been done. Two that note at once note one after the other. */
export async function noteLastConfig(store: Numbers, running: string): Promise<void> {
  await store.settle(nameOf(await store.takeNumber(counter)), running)
}

function nameOf(number: number): string {
  return `${counter} ${number}`
}
