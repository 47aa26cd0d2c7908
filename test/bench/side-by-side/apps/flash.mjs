/** What connect-flash does: messages of a session by type, gone once they are read. */
export function flash(request, _response, next) {
  request.flash = (type, message) => {
    request.session.flash ??= {};
    const messages = request.session.flash;
    if (message !== undefined) {
      messages[type] = [...(messages[type] ?? []), message];
      return messages[type].length;
    }
    const read = messages[type] ?? [];
    delete messages[type];
    return read;
  };
  next();
}
