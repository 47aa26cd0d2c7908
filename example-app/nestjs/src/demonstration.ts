import {
  Controller,
  type DynamicModule,
  Get,
  Header,
  Inject,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { ModicaEmulator } from 'passport-modica-2fa/emulator';
import { Access } from './tokens/access.js';

const phone = Symbol('phone');

export const demoUser = { username: 'demo', password: 'demo-password' };
/** Has no number yet. */
export const newUser = { username: 'new', password: 'new-password' };

/** The demo phone: every message, to any number. */
@Controller('handset.json')
class HandsetController {
  constructor(@Inject(phone) private readonly emulator: ModicaEmulator) {}

  @Get()
  @Access('anyone')
  @Header('Cache-Control', 'no-store')
  messages() {
    return this.emulator.messages.map(({ to, text, sentAt }) => ({ to, text, sentAt }));
  }
}

/** Replaces an account at Modica: an emulator of its API, which stops with the app. */
@Module({ controllers: [HandsetController] })
export class DemonstrationModule implements OnApplicationShutdown {
  constructor(@Inject(phone) private readonly emulator: ModicaEmulator) {}

  static with(emulator: ModicaEmulator): DynamicModule {
    return {
      module: DemonstrationModule,
      providers: [{ provide: phone, useValue: emulator }],
    };
  }

  onApplicationShutdown(): Promise<void> {
    return this.emulator.stop();
  }
}
