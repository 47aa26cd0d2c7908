// Apps freeze it against prototype pollution: `node -r ./frozen.js`.
Object.freeze(Object.prototype);
