/** Reads the drawing library when a picture is first looked at. */
import type cytoscape from 'cytoscape'

/**
 * Object.assign, but a `toString` is defined instead of assigned. The program
 * freezes Object.prototype, and below a frozen prototype an inherited
 * `toString` cannot be assigned, only defined. The library gives some of its
 * classes one by Object.assign while it is being read.
 */
function assignBelowFrozen(target: object, ...sources: unknown[]): object {
  for (const source of sources) {
    for (const [key, value] of Object.entries(source ?? {})) {
      if (key === 'toString' && !Object.hasOwn(target, key)) {
        Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
      } else {
        Reflect.set(target, key, value)
      }
    }
  }
  return target
}

let loading: Promise<typeof cytoscape> | null = null

/** The library, read once. */
export function loadCytoscape(): Promise<typeof cytoscape> {
  loading ??= read()
  return loading
}

async function read(): Promise<typeof cytoscape> {
  const assign = Object.assign
  Object.assign = assignBelowFrozen as typeof Object.assign
  try {
    return (await import('cytoscape')).default
  } finally {
    Object.assign = assign
  }
}
