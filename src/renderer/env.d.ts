/** What the preload of the Electron host gives the page; absent in a browser. */
interface Window {
  host?: {
    /** Absolute path of a dropped file or folder. */
    pathForFile(file: File): string
  }
}
