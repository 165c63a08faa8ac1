/** The one bridge into the sandboxed page: hands the page's MessagePort to main, and tells where a dropped file lies. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'

contextBridge.exposeInMainWorld('host', { pathForFile: (file: File) => webUtils.getPathForFile(file) })

window.addEventListener('message', (event) => {
  const [port] = event.ports
  if (event.source === window && event.data === 'rpc' && port) ipcRenderer.postMessage('rpc', null, [port])
})
