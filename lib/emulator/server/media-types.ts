/** The media types of a header without their parameters, such as `charset` and `q`. */
export function mediaTypes(header = ''): string[] {
  return header.split(',').map((mediaType) => mediaType.replace(/;.*$/, '').trim().toLowerCase());
}
