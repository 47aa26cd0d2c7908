// Which North American numbers a US short code reaches.

/** North American Numbering Plan: a three-digit area code and an exchange code, each from 2 to 9. */
const northAmerican = /^\+1([2-9]\d{2})[2-9]\d{6}$/;

/**
 * Area codes of the plan's other countries (NANPA; Wikipedia, "Area codes in the Caribbean"), which the
 * short code's document does not cover, and which are billed as international. A deny list, because the
 * US and Canada add area codes every year. The US territories (340, 670, 671, 684, 787, 939) count as the
 * US: if Nexmo does not reach them, its status says so.
 */
const otherCountries: ReadonlySet<string> = new Set([
  '242', // Bahamas
  '246', // Barbados
  '264', // Anguilla
  '268', // Antigua and Barbuda
  '284', // British Virgin Islands
  '345', // Cayman Islands
  '441', // Bermuda
  '473', // Grenada
  '649', // Turks and Caicos Islands
  '658', // Jamaica
  '664', // Montserrat
  '721', // Sint Maarten
  '758', // Saint Lucia
  '767', // Dominica
  '784', // Saint Vincent and the Grenadines
  '809', // Dominican Republic
  '829', // Dominican Republic
  '849', // Dominican Republic
  '868', // Trinidad and Tobago
  '869', // Saint Kitts and Nevis
  '876', // Jamaica
]);

/** Toll-free, personal and premium numbers (NANPA), which cost money and are not mobiles. */
const nonGeographic = /^(8(00|22|33|44|55|66|77|88)|[79]00)$/;

/** Whether a number may be in the US or Canada, where the short code works. */
export function isReachedByShortCode(destination: string): boolean {
  const [, areaCode] = northAmerican.exec(destination) ?? [];
  return areaCode !== undefined && !otherCountries.has(areaCode) && !nonGeographic.test(areaCode);
}
