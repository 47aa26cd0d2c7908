/** The name of the package that is measured. */
export const ours = 'passport-modica-2fa';
