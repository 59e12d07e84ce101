/**
 * Whether somebody is pressing something just now. What has to be shown anew
 * meanwhile waits: a page that moves between the press and the release takes
 * the button away from under the hand, and the click is lost.
 */

let pressed = false
addEventListener('pointerdown', () => (pressed = true), true)
for (const end of ['pointerup', 'pointercancel'] as const) addEventListener(end, () => (pressed = false), true)

/** Runs `action` at once, or after the click that is being made. */
export function afterPress(action: () => void): void {
  if (!pressed) {
    action()
    return
  }
  const ends = new AbortController()
  const released = () => {
    ends.abort()
    // The click is reported in the same task as the release.
    setTimeout(action)
  }
  for (const end of ['pointerup', 'pointercancel'] as const) addEventListener(end, released, { capture: true, signal: ends.signal })
}
