import { defineConfig } from 'vitest/config';

// Relative addresses, so that the page also works below a path prefix; hashed files go to assets/, which the server lets
// browsers keep for ever. Nothing is inlined: the server's content security policy allows no inline script or style.
export default defineConfig({
  base: './',
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: false, reportCompressedSize: true },
  server: { proxy: { '/api': 'http://127.0.0.1:9090', '/-': 'http://127.0.0.1:9090' } },
  test: { environment: 'happy-dom', include: ['test/**/*.test.ts'] },
});
