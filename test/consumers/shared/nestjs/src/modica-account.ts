import { Injectable } from '@nestjs/common';

/** What the app must be told to reach Modica. */
@Injectable()
export class ModicaAccount {
  readonly username: string = process.env['MODICA_USERNAME'] ?? 'app';
  readonly password: string = process.env['MODICA_PASSWORD'] ?? 'secret';
  readonly baseUrl: string | undefined = process.env['MODICA_BASE_URL'];
}
