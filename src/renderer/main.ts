/** Starts the interface: connection, stores, router, root component. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createConnection } from './connection/connection'
import { portWire, socketWire } from './connection/wires'
import './design/tokens.css'
import './design/base.css'
import { createAppRouter } from './pages/router'
import { useConnection } from './stores/connection'

const app = createApp(App).use(createPinia())
useConnection().use(createConnection(window.host ? portWire : socketWire))
app.use(createAppRouter()).mount('#app')
