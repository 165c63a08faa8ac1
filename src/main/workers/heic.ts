/** HEIC thread of the import worker. */
import { parentPort } from 'node:worker_threads'
import { serveHeic } from '../dataset/decode/heic-threads'

if (parentPort) serveHeic(parentPort)
