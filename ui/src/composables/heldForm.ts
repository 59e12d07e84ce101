/**
 * Forms that can only be saved when complete. Leaving the page (or locking, or
 * Ctrl S) saves a complete one; for an incomplete one the frame asks first.
 */
import { onBeforeUnmount } from 'vue'
import { registerUnsaved } from '@/saving'

/** Holds a form: `save` answers whether it went well, and shows why not. */
export function useHeldForm(touched: () => boolean, save: () => Promise<boolean>): void {
  const unregister = registerUnsaved(async () => !touched() || (await save()))
  onBeforeUnmount(unregister)
}
