/** The journey as a program of its own, run where there is no network: host, import, pretrain, label, export. */
import { existsSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { jobsDone, labelSome, preparedProject, signIn } from './client'
import { startWebHost } from './start-web-host'

const [home = '', images = ''] = process.argv.slice(2)
const others = Object.values(networkInterfaces())
  .flat()
  .filter((one) => one && !one.internal)
if (others.length > 0) throw new Error(`there is a network: ${others.map((one) => one!.address).join()}`)

const host = await startWebHost(home)
const { api, close } = await signIn(host.address())
await preparedProject(api, images)
await labelSome(api, ['bag', 'dress'], 5)
const target = join(home, 'labels.csv')
await api.exports.start({ format: 'csv', target })
await jobsDone(api)
const { counts } = (await api.projects.state())!
close()
await host.stop()
if (!existsSync(target)) throw new Error('nothing was exported')
console.log(JSON.stringify({ samples: counts.samples, rows: readFileSync(target, 'utf8').trim().split('\n').length - 1 }))
process.exit(0)
