/**
 * Speech faster or slower at its own pitch: short pieces of the sound are laid
 * over each other further apart or closer together, each moved a little to
 * where it fits best what went before (WSOLA).
 */

/** Seconds of a piece; long enough for the lowest voice. */
const PIECE = 0.04
/** Seconds by which a piece may be moved to fit. */
const SLACK = 0.01
/** Of so many samples one is compared when a fit is looked for. */
const COARSE = 4

/** Sound goes in bit by bit and comes out bit by bit, all channels alike. */
export class Stretcher {
  private readonly half: number
  private readonly slack: number
  private readonly window: Float32Array
  /** What came in and is still wanted, a row a channel. */
  private held: Float32Array[]
  /** Where the next piece is taken from if nothing had to fit, in samples of `held`. */
  private next = 0
  /** Second half of the last piece, waiting for the first half of the next one. */
  private tail: Float32Array[]
  /** Where the sound would go on by itself after the last piece; nothing before the first. */
  private natural: number | null = null

  /** `speed`: how many seconds of sound in one second. */
  constructor(
    private readonly speed: number,
    rate: number,
    channels: number,
  ) {
    this.half = Math.max(8, Math.round((rate * PIECE) / 2))
    this.slack = Math.max(1, Math.round(rate * SLACK))
    this.window = Float32Array.from({ length: this.half }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / this.half))
    this.held = Array.from({ length: channels }, () => new Float32Array(0))
    this.tail = Array.from({ length: channels }, () => new Float32Array(this.half))
  }

  /** Takes sound in and gives out what is ready; `last` gives out the rest. */
  push(input: readonly Float32Array[], last = false): Float32Array<ArrayBuffer>[] {
    const padding = last ? this.half * 2 + this.slack : 0
    this.held = this.held.map((old, channel) => {
      const fresh = input[channel] ?? new Float32Array(0)
      const joined = new Float32Array(old.length + fresh.length + padding)
      joined.set(old)
      joined.set(fresh, old.length)
      return joined
    })
    const pieces: Float32Array[][] = []
    const length = this.held[0]?.length ?? 0
    while (Math.round(this.next) + this.slack + this.half * 2 <= length) {
      const at = this.fitting(Math.round(this.next))
      pieces.push(this.held.map((row, channel) => this.lay(row, channel, at)))
      this.natural = at + this.half
      this.next += this.half * this.speed
    }
    this.forget()
    return this.held.map((_, channel) => {
      const out = new Float32Array(pieces.length * this.half)
      pieces.forEach((piece, i) => out.set(piece[channel] ?? [], i * this.half))
      return out
    })
  }

  /** First half of the piece at `at` over the tail of the one before. */
  private lay(row: Float32Array, channel: number, at: number): Float32Array {
    const tail = this.tail[channel] ?? new Float32Array(this.half)
    const out = new Float32Array(this.half)
    const first = this.natural === null
    for (let i = 0; i < this.half; i += 1) {
      const rise = first ? 1 : (this.window[i] ?? 0)
      out[i] = (tail[i] ?? 0) + (row[at + i] ?? 0) * rise
    }
    for (let i = 0; i < this.half; i += 1) tail[i] = (row[at + this.half + i] ?? 0) * (1 - (this.window[i] ?? 0))
    return out
  }

  /** The place near `wanted` whose sound is most like how the last piece would go on. */
  private fitting(wanted: number): number {
    const natural = this.natural
    if (natural === null) return wanted
    let best = wanted
    let score = -Infinity
    for (let at = Math.max(0, wanted - this.slack); at <= wanted + this.slack; at += 2) {
      let product = 0
      let power = 1e-9
      for (const row of this.held) {
        for (let i = 0; i < this.half; i += COARSE) {
          const candidate = row[at + i] ?? 0
          product += candidate * (row[natural + i] ?? 0)
          power += candidate * candidate
        }
      }
      const likeness = product / Math.sqrt(power)
      if (likeness > score) {
        score = likeness
        best = at
      }
    }
    return best
  }

  /** Lets go of what no later piece can want. */
  private forget(): void {
    const keep = Math.max(0, Math.min(Math.round(this.next) - this.slack, this.natural ?? 0))
    if (keep === 0) return
    this.held = this.held.map((row) => row.slice(keep))
    this.next -= keep
    if (this.natural !== null) this.natural -= keep
  }
}
