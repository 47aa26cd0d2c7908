import type { Language } from './english.js';

/**
 * The API has a document in Spanish, with numbers of the Dominican Republic. In the texts of an SMS
 * only é and ñ, ¿ and ¡ have a place among the cheap characters (GSM 03.38): á, í, ó and ú double it.
 */
export const spanish: Language = {
  locale: 'es',
  refusals: {
    challenge_sent: 'Le hemos enviado un código. Escríbalo para continuar.',
    first_factor_required: 'Primero inicie sesión con su contraseña.',
    first_factor_expired: 'Ha pasado demasiado tiempo. Empiece de nuevo.',
    second_factor_required: 'Confirme con un código que es usted.',
    challenge_not_found: 'No hay ningún código que comprobar. Empiece de nuevo.',
    challenge_expired: 'Este código ha caducado. Pida uno nuevo.',
    challenge_used: 'Este código ya no se puede usar. Empiece de nuevo.',
    delivery_unknown: 'No hemos podido confirmar el envío del código. Pida uno nuevo.',
    code_malformed: 'Eso no es un código. Escríbalo tal como lo recibió.',
    code_incorrect: 'El código no es correcto.',
    method_not_allowed: 'Un código solo se puede pedir con una petición POST.',
    too_many_attempts: 'Demasiados códigos incorrectos. Empiece de nuevo.',
    user_locked: 'Demasiados códigos incorrectos. Inténtelo más tarde.',
    resend_too_soon: 'Espere antes de solicitar otro código.',
    send_limit_reached: 'Ha solicitado demasiados códigos. Inténtelo más tarde.',
    destination_missing: 'No hay ningún número de teléfono en su cuenta.',
    destination_unusable: 'No podemos enviar un código al número que tenemos de usted.',
    code_not_sent: 'No hemos podido enviar un código. Inténtelo de nuevo más tarde.',
    transaction_mismatch: 'Este código se envió para otra cosa. Empiece de nuevo.',
    transaction_unusable:
      'No podemos mostrar estos datos en un SMS. Revise si contienen caracteres poco habituales.',
    user_changed: 'Su cuenta ha cambiado. Empiece de nuevo.',
    account_unavailable: 'Esta cuenta no se puede usar.',
  },
  message: 'Su clave es %(code)s. No la comparta con nadie.',
  approval: (what) => `Su clave es %(code)s. Con ella aprueba: ${what}`,
};
