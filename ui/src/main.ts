import { createApp } from 'vue'
import App from './App.vue'
import { answerClosing } from './closing'
import { router } from './router'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'

async function start(): Promise<void> {
  // Looking at pages in a browser while working on them: figures made up by
  // dev/mock.ts answer in the program's place. Not part of a build.
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { answerInTheProgramsPlace } = await import('../dev/mock')
    answerInTheProgramsPlace()
  }
  answerClosing()
  createApp(App).use(router).mount('#app')
}

void start()
