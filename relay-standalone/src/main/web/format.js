/** Numbers, sizes and times as people read them. All take and return plain values; none of them makes HTML. */

const grouped = new Intl.NumberFormat("en");
const days = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
const minutes = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const NONE = "–";

export function count(n) {
  return Number.isFinite(n) ? grouped.format(Math.round(n)) : NONE;
}

/** At most four characters and a letter: 12, 1.2k, 340k, 1.5M. */
export function short(n) {
  if (!Number.isFinite(n)) return NONE;
  const size = Math.abs(n);
  if (size < 10 && n % 1 !== 0) return n.toFixed(1);
  if (size < 1000) return String(Math.round(n));
  for (const [limit, unit] of [[1e6, "k"], [1e9, "M"], [1e12, "G"]]) {
    if (size < limit * 0.9995) {
      const scaled = n / (limit / 1000);
      return (Math.abs(scaled) < 99.95 ? scaled.toFixed(1).replace(/\.0$/, "") : Math.round(scaled)) + unit;
    }
  }
  return n.toExponential(1);
}

export function rate(n) {
  return Number.isFinite(n) ? short(n) + "/s" : NONE;
}

export function bytes(n) {
  if (!Number.isFinite(n) || n < 0) return NONE;
  let scaled = n;
  for (const unit of ["B", "KiB", "MiB", "GiB"]) {
    if (scaled < 1024) return (unit === "B" || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)) + " " + unit;
    scaled /= 1024;
  }
  return scaled.toFixed(1) + " TiB";
}

export function micros(n) {
  if (!Number.isFinite(n) || n < 0) return NONE;
  if (n < 1000) return Math.round(n) + " µs";
  return millis(n / 1000);
}

export function millis(n) {
  if (!Number.isFinite(n)) return NONE;
  if (n < 1) return Math.round(n * 1000) + " µs";
  if (n < 10) return n.toFixed(1) + " ms";
  return n < 10_000 ? Math.round(n) + " ms" : (n / 1000).toFixed(1) + " s";
}

export function percent(part) {
  return Number.isFinite(part) ? Math.round(part * 100) + " %" : NONE;
}

/** How long: 8 s, 4 min, 3 h 20 min, 12 d 4 h. */
export function duration(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return NONE;
  const s = Math.round(seconds);
  if (s < 60) return s + " s";
  if (s < 3600) return Math.floor(s / 60) + " min";
  const hours = Math.floor(s / 3600);
  if (hours < 24) return hours + " h " + Math.floor((s % 3600) / 60) + " min";
  return Math.floor(hours / 24) + " d " + (hours % 24) + " h";
}

/** Time of day of milliseconds since 1970, in the browser's zone. */
export function time(ms) {
  return Number.isFinite(ms) && ms > 0 ? clock.format(ms) : NONE;
}

export function timeToSecond(ms) {
  return Number.isFinite(ms) && ms > 0 ? minutes.format(ms) : NONE;
}

export function dateTime(ms) {
  return Number.isFinite(ms) && ms > 0 ? days.format(ms) + " " + clock.format(ms) : NONE;
}

/** What an input of type datetime-local says, as the server's times are written; "" stays "". */
export function instant(local) {
  const at = local ? new Date(local) : null;
  return at && !Number.isNaN(at.getTime()) ? at.toISOString() : "";
}

/** An id of which the first letters say enough beside others. */
export function shortId(id) {
  return id && id.length > 12 ? id.slice(0, 8) : id || NONE;
}

export function who(user, client) {
  if (user) return user;
  return client ? "anonymous" : "server API";
}
