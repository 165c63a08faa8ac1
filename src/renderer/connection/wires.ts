/** The two channels to a host: a MessagePort handed through preload, or a WebSocket to the page's origin. */
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { Wire } from './connection'

export function portWire(): Wire {
  const { port1, port2 } = new MessageChannel()
  const closed = new Promise<void>((resolve) => port1.addEventListener('close', () => resolve(), { once: true }))
  window.postMessage('rpc', window.origin, [port2])
  port1.start()
  return { link: new PortLink({ port: port1 }), opened: Promise.resolve(), closed }
}

export function socketWire(): Wire {
  const url = new URL('/rpc', location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  const socket = new WebSocket(url)
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }))
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('close', () => reject(new Error('The host did not answer.')), { once: true })
  })
  return { link: new SocketLink({ websocket: socket }), opened, closed }
}
