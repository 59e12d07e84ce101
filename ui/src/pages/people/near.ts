/** What lies near a place of the picture, without looking at everything there is. */

/** A place in canvas units. */
export type Place = { x: number; y: number }

/** A rectangle around its middle, in canvas units. */
export type Frame = Place & { width: number; height: number }

/** Side of a cell in canvas units: about the room of a name, so that few share one. */
const CELL = 64

const cellOf = (along: number) => Math.floor(along / CELL)
const NOTHING: readonly never[] = []

/**
 * Things in a grid of cells. What is asked for comes with some that lie only
 * nearby, never without one that lies there: the caller measures those few.
 */
export class Grid<T> {
  readonly #columns = new Map<number, Map<number, T[]>>()
  /** Whether something lies in several cells. */
  #wide = false

  /** Puts a thing where its frame is: a place when it has no width and height. */
  put(thing: T, x: number, y: number, width = 0, height = 0): void {
    const [left, right] = [cellOf(x - width / 2), cellOf(x + width / 2)]
    const [top, bottom] = [cellOf(y - height / 2), cellOf(y + height / 2)]
    this.#wide ||= left < right || top < bottom
    for (let at = left; at <= right; at++) {
      let column = this.#columns.get(at)
      if (!column) this.#columns.set(at, (column = new Map()))
      for (let row = top; row <= bottom; row++) {
        const cell = column.get(row)
        if (cell) cell.push(thing)
        else column.set(row, [thing])
      }
    }
  }

  /** Every thing whose frame the place lies in, and some near it, each once. */
  at(x: number, y: number): readonly T[] {
    return this.#columns.get(cellOf(x))?.get(cellOf(y)) ?? NOTHING
  }

  /** Every thing whose frame touches this one, and some near it, each once. */
  around(x: number, y: number, width: number, height: number): Iterable<T> {
    const found: T[] = []
    const [top, bottom] = [cellOf(y - height / 2), cellOf(y + height / 2)]
    const right = cellOf(x + width / 2)
    for (let at = cellOf(x - width / 2); at <= right; at++) {
      const column = this.#columns.get(at)
      if (!column) continue
      for (let row = top; row <= bottom; row++) for (const thing of column.get(row) ?? NOTHING) found.push(thing)
    }
    return this.#wide ? new Set(found) : found
  }
}
