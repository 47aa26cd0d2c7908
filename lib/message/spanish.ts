import type { Refusal } from '../refusal.js';
import { durationText } from './durations.js';
import type { Language } from './english.js';

/**
 * Spanish as banks in the Dominican Republic write it. The SMS has only the accented characters of
 * GSM 03.38 (é, ñ, ¿, ¡): á, í, ó and ú would turn it into UCS-2 and could double its price.
 */
export const spanish: Language = {
  locale: 'es',
  refusals: {
    challenge_sent: ({ challenge }) => `${sent(challenge)} Ingréselo para continuar.`,
    first_factor_required: 'Por favor, primero inicie sesión con su contraseña.',
    first_factor_expired: 'La solicitud ha expirado. Por favor, empiece de nuevo.',
    second_factor_required: 'Ingrese un código para confirmar que es usted.',
    challenge_not_found: 'No hay ningún código pendiente. Por favor, empiece de nuevo.',
    challenge_expired: 'Este código ha vencido. Por favor, solicite uno nuevo.',
    challenge_used: 'Este código ya no es válido. Por favor, empiece de nuevo.',
    delivery_unknown: 'No pudimos confirmar el envío del código. Por favor, solicite uno nuevo.',
    code_malformed: 'Ingrese el código que aparece en el mensaje.',
    code_incorrect: ({ attemptsRemaining }) =>
      ['El código es incorrecto.', ...attemptsLeft(attemptsRemaining)].join(' '),
    recovery_code_incorrect: ({ attemptsRemaining }) =>
      ['El código de recuperación es incorrecto.', ...attemptsLeft(attemptsRemaining)].join(' '),
    method_not_allowed: 'Un código solo se puede pedir con una solicitud POST.',
    too_many_attempts: 'Demasiados códigos incorrectos. Por favor, empiece de nuevo.',
    user_locked: ({ retryAfter }) =>
      `Demasiados códigos incorrectos. Inténtelo ${when(retryAfter)}.`,
    resend_too_soon: ({ retryAfter }) =>
      retryAfter === undefined
        ? 'Espere antes de solicitar otro código.'
        : `Espere ${durationText(retryAfter, 'es')} antes de solicitar otro código.`,
    call_unavailable:
      'No podemos darle un código por llamada. Por favor, solicite un mensaje de texto.',
    channel_unknown:
      'No podemos enviar un código por ese medio. Por favor, solicite un mensaje de texto.',
    send_limit_reached: ({ retryAfter }) =>
      `Se han solicitado demasiados códigos. Inténtelo ${when(retryAfter)}.`,
    destination_missing: 'Su cuenta no tiene un número de celular registrado.',
    destination_unusable: 'No podemos enviar códigos a su número de celular.',
    code_not_sent: 'No pudimos enviar el código. Inténtelo más tarde.',
    transaction_mismatch: 'Este código se envió para otra operación. Por favor, empiece de nuevo.',
    transaction_unusable:
      'No podemos mostrar estos datos en un SMS. Verifique que no contengan caracteres inusuales.',
    user_changed: 'Los datos de su cuenta han cambiado. Por favor, empiece de nuevo.',
    account_unavailable: 'Esta cuenta no está disponible.',
  },
  message: 'Su clave es %(code)s. No la comparta con nadie.',
  approval: (transaction) => `Su clave es %(code)s. Con ella aprueba: ${transaction}`,
};

function sent(challenge: Refusal['challenge']): string {
  if (challenge?.channel !== 'call') return 'Le enviamos un código a su celular.';
  return challenge.reused
    ? 'Le dimos un código por llamada.'
    : 'Le estamos llamando para darle un código.';
}

function attemptsLeft(attempts: number | undefined): readonly string[] {
  if (attempts === undefined) return [];
  if (attempts === 0) return ['No le quedan intentos. Por favor, empiece de nuevo.'];
  return [attempts === 1 ? 'Le queda 1 intento.' : `Le quedan ${attempts} intentos.`];
}

function when(retryAfter: number | undefined): string {
  return retryAfter === undefined ? 'más tarde' : `de nuevo en ${durationText(retryAfter, 'es')}`;
}
