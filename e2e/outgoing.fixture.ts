/** Loaded before a program (`node --import`): writes every attempt to reach another computer to a file, and lets none through. */
import dgram from 'node:dgram'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import net from 'node:net'

const file = process.env['HANDFUL_OUTGOING'] ?? ''
const here = /^(127\.\d+\.\d+\.\d+|::1|localhost|\[::1\])$/

function refuse(what: string): never {
  appendFileSync(file, `${process.pid} ${what}\n`)
  throw new Error(`${what}: not in this test`)
}

const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const [first] = (Array.isArray(args[0]) ? args[0] : args) as [{ host?: string; path?: string; port?: number } | number | string]
  const { host = 'localhost', path } =
    typeof first === 'object' ? first : { host: typeof args[1] === 'string' ? args[1] : 'localhost' }
  if (!path && !here.test(host)) refuse(`connects to ${host}`)
  return Reflect.apply(connect, this, args) as net.Socket
}

for (const from of [dns, dns.promises] as unknown as Record<string, unknown>[]) {
  for (const name of Object.keys(from).filter((key) => /^(lookup|resolve)/.test(key) && typeof from[key] === 'function')) {
    const original = from[name] as (...args: unknown[]) => unknown
    from[name] = (...args: unknown[]) => (here.test(String(args[0])) ? original(...args) : refuse(`looks up ${String(args[0])}`))
  }
}
dgram.Socket.prototype.send = () => refuse('sends a datagram')
