/** The pages in the order they are drawn: those being looked at come first. */
export function drawingOrder(count: number, seen: number): number[] {
  const first = Math.min(Math.max(Math.floor(seen), 0), Math.max(count - 1, 0))
  return Array.from({ length: count }, (_, i) => ((i + first) % count) + 1)
}
