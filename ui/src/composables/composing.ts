/**
 * Input methods. While a Chinese input method is composing, keys belong to it:
 * Enter takes over the letters, the arrows choose a candidate. Some web views
 * end the composition before they report the very Enter that ended it; that
 * Enter is not ours either.
 */

/** The key code that web views give to keys an input method has eaten. */
const EATEN = 229

let settling = false

/**
 * Watches compositions on `target` (the window), so that {@link isComposing}
 * also knows the key that has just ended one. Gives back how to stop.
 */
export function watchCompositions(target: EventTarget): () => void {
  const ended = () => {
    settling = true
    // The key that ended the composition is reported in this same task.
    setTimeout(() => {
      settling = false
    })
  }
  target.addEventListener('compositionend', ended, true)
  return () => target.removeEventListener('compositionend', ended, true)
}

/** Whether a key belongs to the input method and must be left alone. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === EATEN || settling
}

/**
 * A keydown handler that runs `action` on Enter alone, and never on the Enter
 * that belongs to an input method.
 */
export function onEnter(action: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.altKey) return
    if (isComposing(event)) return
    event.preventDefault()
    action()
  }
}
