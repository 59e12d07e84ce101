import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// The built files are embedded in the program and read from its own scheme:
// relative addresses, one target that the system web view is sure to know.
export default defineConfig({
  base: './',
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: { target: 'safari16', chunkSizeWarningLimit: 2000, reportCompressedSize: false },
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts', 'src/**/*.test.ts'] },
})
