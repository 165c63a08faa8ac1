/** The window: sandboxed, kept on its own pages, back where it was, and reloaded when its renderer dies. */
import { join } from 'node:path'
import { app, BrowserWindow, dialog, screen, type WebContents } from 'electron'
import { CloseQuestion, closeQuestion } from './close-question'
import { mayHave, mayLoad, mayNavigate, origin } from './trust'
import { placeWindow, readWindowState, smallest, writeWindowState } from './window-state'

export interface MainWindowOptions {
  preload: string
  settingsFolder: string
  onReady: () => void
  /** The title of the work under way; null when nothing is. */
  running: () => string | null
}

/** A second crash within this time is not answered by another reload, ms. */
const patience = 30_000

export function openMainWindow({ preload, settingsFolder, onReady, running }: MainWindowOptions): BrowserWindow {
  const statePath = join(settingsFolder, 'window.json')
  const screens = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea)
  const { maximized, ...bounds } = placeWindow(readWindowState(statePath), screens)
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Handful',
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  })
  if (maximized) window.maximize()
  guard(window.webContents)
  reloadAfterCrash(window)
  if (process.platform !== 'darwin') askBeforeClosing(window, running) // there, work goes on without a window
  window.on('close', () => writeWindowState(statePath, { ...window.getNormalBounds(), maximized: window.isMaximized() }))
  window.once('ready-to-show', () => {
    window.show()
    onReady()
  })
  void window.loadURL(`${origin}/`)
  return window
}

function askBeforeClosing(window: BrowserWindow, running: () => string | null): void {
  const ask = async (title: string) => (await dialog.showMessageBox(window, closeQuestion(title))).response === 1
  const question = new CloseQuestion({ running, ask })
  window.on('close', (event) => question.handle(event, () => window.close()))
}

function guard(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => {
    if (!mayNavigate(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    if (!mayNavigate(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.session.setPermissionRequestHandler((_, permission, answer) => answer(mayHave(permission)))
  contents.session.setPermissionCheckHandler((_, permission) => mayHave(permission))
  contents.session.setDevicePermissionHandler(() => false)
  contents.session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayLoad(url, app.isPackaged) }))
}

/** Jobs run in main and in workers, so a reload loses nothing. */
function reloadAfterCrash(window: BrowserWindow): void {
  let last = -Infinity
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    const again = performance.now() - last < patience
    last = performance.now()
    if (again) {
      const message = `The window crashed twice (${reason}). Nothing is lost; jobs go on.`
      const choice = dialog.showMessageBoxSync(window, { type: 'error', message, buttons: ['Reload', 'Close'], defaultId: 0 })
      if (choice === 1) {
        window.destroy()
        return
      }
    }
    window.webContents.reload()
  })
}
