/**
 * Tells when nobody has touched the program for a while, or when the machine
 * slept in between: the lid was closed, and somebody else may have opened it.
 */
export class IdleWatch {
  private last: number
  private seen: number

  /** `longest`: milliseconds without a touch. Times are those of `Date.now()`. */
  constructor(
    private longest: number,
    now: number,
  ) {
    this.last = now
    this.seen = now
  }

  /** A key or a movement of the mouse. */
  touched(now: number): void {
    // What wakes the machine is no touch of the person who left it.
    if (!this.slept(now)) this.last = now
  }

  /** Changes how long nobody may be there. */
  setLongest(longest: number): void {
    this.longest = longest
  }

  /** Looked at every few seconds: is it time to lock? */
  due(now: number): boolean {
    const slept = this.slept(now)
    this.seen = now
    return slept || now - this.last >= this.longest
  }

  /** A watch that has not been looked at for so long stood still with the machine. */
  private slept(now: number): boolean {
    return now - this.seen > STILL
  }
}

/** How often the watch is looked at, milliseconds. */
export const LOOK = 2_000
/** Longer than this between two looks: the machine slept. A busy machine is late by seconds, not by a minute. */
const STILL = 60_000
