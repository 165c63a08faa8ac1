/** What the preload of the Electron host gives the page; absent in a browser. */
interface Window {
  host?: {
    /** Absolute path of a dropped file or folder. */
    pathForFile(file: File): string
  }
}

/** For tools that do not read components; vue-tsc takes the real types. */
declare module '*.vue' {
  import type { Component } from 'vue'
  const component: Component
  export default component
}
