/** Where we are: `#/channels/chat%3A1?tab=history` is `{page: "channels", rest: "chat:1", query: URLSearchParams}`. */
export function route() {
  const hash = location.hash.replace(/^#\/?/, "");
  const [path, query = ""] = splitOnce(hash, "?");
  const [page, rest = ""] = splitOnce(path, "/");
  return { page: page || "flow", rest: decoded(rest), query: new URLSearchParams(query) };
}

export function link(page, rest = "", query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== undefined && value !== null);
  const search = given.length ? "?" + new URLSearchParams(given) : "";
  return `#/${page}${rest ? "/" + encodeURIComponent(rest) : ""}${search}`;
}

/** Changes the query in the address without a step in the browser's history. */
export function remember(query) {
  const { page, rest } = route();
  history.replaceState(null, "", link(page, rest, query));
}

function splitOnce(text, at) {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
