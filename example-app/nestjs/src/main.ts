import { isTwoFactorError } from 'passport-modica-2fa';
import { createApp } from './app.js';
import { greeting } from './greeting.js';
import { readSettings, SettingsError } from './settings.js';

try {
  const settings = readSettings(process.env);
  const { app, emulator } = await createApp(settings);
  app.enableShutdownHooks();
  await app.listen(settings.port, '127.0.0.1');
  const { port } = new URL(await app.getUrl());
  console.log(greeting(port, emulator !== undefined));
} catch (error) {
  // One line for what an operator can correct, otherwise the whole error.
  const known = error instanceof SettingsError || isTwoFactorError(error);
  console.error(known ? `Cannot start: ${error.message}` : error);
  process.exit(1);
}
