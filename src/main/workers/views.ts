/** View thread of the pretrain worker. */
import { parentPort } from 'node:worker_threads'
import { serveViews } from '../ssl/view-thread'

if (parentPort) serveViews(parentPort)
