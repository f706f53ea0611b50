/** Collects what arrives in one turn of the event loop and hands it over together at the end of that turn. */
export function collectTurn<Item>(flush: (items: readonly Item[]) => void): (item: Item) => void {
  let items: Item[] = []
  const hand = () => {
    const full = items
    items = []
    flush(full)
  }
  return item => {
    if (items.push(item) === 1) setImmediate(hand)
  }
}
