import { ref } from 'vue'

/** The question whether to leave a page with unsaved words; null: not asked. */
export const leavingQuestion = ref<{ answer: (leave: boolean) => void } | null>(null)

/** Asks whether to leave although something could not be saved. */
export function askToLeave(): Promise<boolean> {
  leavingQuestion.value?.answer(false)
  return new Promise((resolve) => {
    leavingQuestion.value = {
      answer: (leave) => {
        leavingQuestion.value = null
        resolve(leave)
      },
    }
  })
}
