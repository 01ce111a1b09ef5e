/**
 * JSON of others, without changing a digit of it: numbers that a double cannot hold, or that are written in another way than
 * JavaScript would, stay what they are and are written again as they were. Browsers that cannot do that round them.
 */
const canKeep = typeof JSON.rawJSON === "function";

export function parseExact(text) {
  if (!canKeep || !/\d{16}|\.\d*0(?!\d)|\d[eE]/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (key, value, context) =>
    typeof value === "number" && context?.source !== undefined && String(value) !== context.source
      ? JSON.rawJSON(context.source)
      : value,
  );
}

/** A payload as the server API gives it: `data`, or `b64data` if it is not JSON. */
export function payloadOf(publication) {
  if (publication.b64data !== undefined) return { base64: publication.b64data };
  if (publication.data !== undefined) return { text: JSON.stringify(publication.data) };
  return { base64: "" };
}
