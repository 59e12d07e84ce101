/** The arithmetic of looking at a picture. */

/** Width and height, in whatever unit both sides use. */
export type Size = { width: number; height: number }

/** Steps of scale, from small to large. */
const STEPS = [0.05, 0.1, 0.15, 0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8]

/** Room a picture takes after so many quarter turns. */
export function turned(size: Size, turns: number): Size {
  return turns % 2 === 0 ? size : { width: size.height, height: size.width }
}

/** The scale at which the picture is seen whole; a small one is not blown up. */
export function fitScale(size: Size, room: Size): number {
  if (size.width <= 0 || size.height <= 0 || room.width <= 0 || room.height <= 0) return 1
  return Math.min(1, room.width / size.width, room.height / size.height)
}

/** The next step of scale above or below, wherever one stands now. */
export function nextScale(now: number, way: 1 | -1): number {
  const slack = 1.01
  const further = way > 0 ? STEPS.find((step) => step > now * slack) : STEPS.findLast((step) => step * slack < now)
  return further ?? now
}
