// Lines of a machine readable zone (ICAO 9303): TD3 2 x 44, TD1 3 x 30, TD2 2 x 36. The first letter tells the
// family of documents (part 3 section 4.3): P passports; V visas, 2 x 44 or 2 x 36; A, C, I cards, 3 x 30 or 2 x 36.
const FULL = { P: [88, 44], V: [88, 44], A: [90, 30], C: [90, 30], I: [90, 30] }
const SMALL = [72, 36]

/**
 * A field marked data-mrz: typed or scanned characters become capitals and fillers, and the lines break
 * where the document breaks them. When the zone is complete the field fires "moei:mrz-complete".
 */
export function enhanceMrz(scope) {
  for (const field of scope.querySelectorAll("textarea[data-mrz]:not([data-mrz-ready])")) {
    field.dataset.mrzReady = "true"
    field.addEventListener("input", () => tidy(field))
    // A scanner sends Enter after each line; that must not submit the form.
    field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.ctrlKey) event.preventDefault() })
  }
}

const valueOf = (char) => (char === "<" ? 0 : char >= "A" ? char.charCodeAt(0) - 55 : Number(char))
const checkDigit = (text) => [...text].reduce((sum, char, at) => sum + valueOf(char) * [7, 3, 1][at % 3], 0) % 10
const holds = (text, digit) => /^[0-9]$/.test(digit) && checkDigit(text) === Number(digit)

/** Whether the check digits of number, birth and expiry stand where a zone of 2 x 36 has them. */
function isSmall(zone) {
  const lower = zone.slice(36, 72)
  return (
    /^[0-9]{6}$/.test(lower.slice(21, 27)) &&
    [[0, 9], [13, 19], [21, 27]].every(([from, to]) => holds(lower.slice(from, to), lower[to]))
  )
}

/** The zone's characters, its lines, and whether no more are to come. */
export function layOut(text) {
  const zone = text.toUpperCase().replace(/[«‹〈＜]/g, "<").replace(/ /g, "<").replace(/[^A-Z0-9<]/g, "")
  const full = FULL[zone[0]]
  if (!full) return { zone, lines: [zone], complete: false }
  const mayBeSmall = zone[0] !== "P" && zone.length >= SMALL[0]
  const proven = mayBeSmall && isSmall(zone)
  // Just 72 characters whose check digits fail may be a whole zone misread: laid out as one, but nothing is fired.
  const [total, width] = proven || (mayBeSmall && zone.length === SMALL[0]) ? SMALL : full
  const lines = []
  for (let at = 0; at < zone.length; at += width) lines.push(zone.slice(at, at + width))
  return { zone, lines, complete: zone.length === total && (total !== SMALL[0] || proven) }
}

function tidy(field) {
  const before = field.value.slice(0, field.selectionStart)
  const { zone, lines, complete } = layOut(field.value)
  const value = lines.join("\n")
  if (value !== field.value) {
    const kept = layOut(before).zone.length
    field.value = value
    let caret = 0
    for (let seen = 0; caret < value.length && seen < kept; caret += 1) if (value[caret] !== "\n") seen += 1
    if (value[caret] === "\n" && kept === zone.length) caret += 1
    field.setSelectionRange(caret, caret)
  }
  if (complete && field.dataset.mrzSeen !== zone) {
    field.dataset.mrzSeen = zone
    field.dispatchEvent(new CustomEvent("moei:mrz-complete", { bubbles: true, detail: { zone, lines } }))
  }
}
