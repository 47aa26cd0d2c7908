import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { isTwoFactorError } from 'passport-modica-2fa';
import { createApp } from './app.js';
import { greeting } from './greeting.js';
import { readSettings, type Settings, SettingsError } from './settings.js';

try {
  await start(readSettings(process.env));
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

async function start(settings: Settings): Promise<void> {
  const { app, demonstration, close } = await createApp(settings);
  const server = createServer(app).listen(settings.port, settings.host);
  await once(server, 'listening');
  const port = portOf(server);
  demonstration?.foundAt(`http://127.0.0.1:${port}`);
  console.log(greeting(port, demonstration));

  const end = async () => {
    // A request that never ends must not keep the process alive.
    setTimeout(() => server.closeAllConnections(), 5000).unref();
    server.close();
    await once(server, 'close');
    await close();
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

/** One line for what an operator can correct, otherwise the whole error. */
function explain(error: unknown): unknown {
  if (error instanceof SettingsError || isTwoFactorError(error)) {
    return `Cannot start: ${error.message}`;
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'Cannot start: the port is in use. Choose another one: PORT=3001 npm start';
  }
  return error;
}
