/** The Electron host: the app in a window of its own. */
import { join } from 'node:path'
import { RPCHandler } from '@orpc/server/message-port'
import { app, BrowserWindow, dialog, ipcMain, Menu, powerSaveBlocker, protocol, shell } from 'electron'
import { version } from '../../package.json' with { type: 'json' }
import { openMainWindow } from './app/main-window'
import { menuTemplate } from './app/menu'
import { isOwnPage, scheme } from './app/trust'
import { router } from './handlers'
import { ProjectMedia } from './handlers/media'
import { RecentProjects } from './handlers/recent'
import { Session } from './handlers/session'
import { outsideArchive } from './hosts/node-path'
import { personFolders } from './hosts/person-folders'
import { bundled } from './hosts/bundled'
import { createSite } from './hosts/site'

const here = outsideArchive(import.meta.dirname)

protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
])
app.enableSandbox()
const folders = personFolders()
app.setPath('userData', folders.settings)

if (app.requestSingleInstanceLock()) run()
else app.quit() // the first instance shows its window

function run(): void {
  const session = new Session({
    info: {
      version,
      platform: process.platform,
      capabilities: { dialog: true, drop: true, reveal: true },
      projectsFolder: folders.projects,
      sampleFolder: bundled(here, 'sample/hands'),
    },
    recent: new RecentProjects(folders.settings),
    settingsFolder: folders.settings,
    resumeJobs: true,
    chooseFolder,
    chooseFile,
    reveal: (path) => shell.showItemInFolder(path),
    stayAwake,
  })
  session.noteLife()
  const media = new ProjectMedia(session)
  const rpc = new RPCHandler(router)

  ipcMain.on('rpc', ({ senderFrame, ports: [port] }) => {
    if (!port || !isOwnPage(senderFrame)) return
    rpc.upgrade(port, { context: { session } })
    port.start()
  })

  const open = () =>
    openMainWindow({
      preload: join(here, '../preload/index.cjs'),
      settingsFolder: folders.settings,
      onReady: () => console.log('Handful is ready'), // what `npm start` waits for
      running: () => session.current?.jobs.running ?? null,
    })

  void app.whenReady().then(() => {
    protocol.handle(scheme, createSite(join(here, '../renderer'), media))
    const showProject = () => session.current && shell.showItemInFolder(session.current.store.folder)
    app.setAboutPanelOptions({ copyright: 'MIT licence', credits: 'Licences of everything inside: Settings, About.' })
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, app.isPackaged, { showProject })))
    open()
  })
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('activate', () => {
    if (app.isReady() && BrowserWindow.getAllWindows().length === 0) open()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  quitCleanly(async () => {
    await media.close()
    await session.close()
  })
}

/** While a job runs the computer does not go to sleep; the screen may. */
let blocker: number | null = null
function stayAwake(awake: boolean): void {
  if (awake) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
  else if (blocker !== null) {
    powerSaveBlocker.stop(blocker)
    blocker = null
  }
}

const chooseFolder = (title: string) => chooseWith({ title, properties: ['openDirectory', 'createDirectory'] })

const chooseFile = (title: string, extensions: string[]) =>
  chooseWith({ title, properties: ['openFile'], filters: [{ name: extensions.join(', '), extensions }] })

async function chooseWith(options: Electron.OpenDialogOptions): Promise<string | null> {
  const window = BrowserWindow.getFocusedWindow()
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return filePaths[0] ?? null
}

/** Lets jobs write their state before the process ends. */
function quitCleanly(close: () => Promise<void>): void {
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void close().finally(() => {
      closed = true
      app.quit()
    })
  })
}
